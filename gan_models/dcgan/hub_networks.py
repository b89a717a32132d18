"""The DCGAN of PyTorch's tutorial, layer for layer: what most public 64x64 DCGANs on the Hub are."""

from torch import Tensor, nn


class TutorialGenerator(nn.Module):
    """DCGAN generator (Radford et al., 2016) as PyTorch's examples write it: five transposed convolutions and tanh.

    No convolution has a bias. Names and shapes in a file fix the noise, the width and the channels; strides, ReLU and
    tanh leave no trace in it, and stand here as in the authors' training code.

    Args:
        z_dim: length of the noise vector.
        width: channels at 32x32; doubled at each halving.
        channels: of the output.
    """

    resolution = 64

    def __init__(self, z_dim: int = 100, width: int = 64, channels: int = 3):
        super().__init__()
        self.z_dim = z_dim
        layers: list[nn.Module] = []
        inputs = z_dim
        for outputs, stride, padding in ((8, 1, 0), (4, 2, 1), (2, 2, 1), (1, 2, 1)):
            layers += [
                nn.ConvTranspose2d(inputs, outputs * width, 4, stride, padding, bias=False),
                nn.BatchNorm2d(outputs * width),
                nn.ReLU(),
            ]
            inputs = outputs * width
        layers += [nn.ConvTranspose2d(width, channels, 4, 2, 1, bias=False), nn.Tanh()]
        self.main = nn.Sequential(*layers)

    def forward(self, z: Tensor) -> Tensor:
        """z (N, z_dim), standard normal, to pictures (N, channels, 64, 64) in [-1, 1]."""
        return self.main(z[:, :, None, None])
