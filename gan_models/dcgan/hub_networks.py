"""The DCGAN of PyTorch's tutorial, layer for layer: what most public 64x64 DCGANs on the Hub are."""

from torch import Tensor, nn

from gan_models.core.dcgan_stack import dcgan_stack


class TutorialGenerator(nn.Module):
    """DCGAN generator (Radford et al., 2016) as PyTorch's examples write it: five transposed convolutions and tanh.

    No convolution has a bias. Names and shapes in a file fix the noise, the width and the channels; strides, ReLU and
    tanh leave no trace in it, and are those of the authors' training code.

    Args:
        z_dim: length of the noise vector.
        width: channels at 32x32; doubled at each halving.
        channels: of the output.
    """

    resolution = 64

    def __init__(self, z_dim: int = 100, width: int = 64, channels: int = 3):
        super().__init__()
        self.z_dim = z_dim
        self.main = dcgan_stack(z_dim, width, channels)

    def forward(self, z: Tensor) -> Tensor:
        """z (N, z_dim), standard normal, to pictures (N, channels, 64, 64) in [-1, 1]."""
        return self.main(z[:, :, None, None])
