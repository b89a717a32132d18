"""The conditional DCGAN of the Hub repository ``hussamalafandi/cGAN-MNIST``, layer for layer, names included."""

import torch
from torch import Tensor, nn

from gan_models.core.dcgan_stack import dcgan_stack


class ConditionalDCGANGenerator(nn.Module):
    """DCGAN generator (Radford et al., 2016) whose noise is joined by an embedded label (Mirza and Osindero, 2014).

    Args:
        z_dim: length of the noise vector.
        width: channels before the last layer.
        channels: of the output.
        classes, embed_dim: rows and columns of the label embedding.
    """

    def __init__(self, z_dim: int = 100, width: int = 64, channels: int = 1, classes: int = 10, embed_dim: int = 50):
        super().__init__()
        self.z_dim = z_dim
        self.label_embed = nn.Embedding(classes, embed_dim)
        self.main = dcgan_stack(z_dim + embed_dim, width, channels)

    def forward(self, z: Tensor, labels: Tensor) -> Tensor:
        """z (N, z_dim), labels (N,) or class mixtures (N, 10) to pictures (N, channels, 64, 64) in [-1, 1]."""
        embedded = labels @ self.label_embed.weight if labels.is_floating_point() else self.label_embed(labels)
        return self.main(torch.cat([z, embedded], dim=1)[:, :, None, None])
