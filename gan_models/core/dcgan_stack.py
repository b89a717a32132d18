"""The layers of a 64x64 DCGAN generator (Radford et al., 2016), as PyTorch's tutorial writes them."""

from torch import nn


def dcgan_stack(inputs: int, width: int, channels: int) -> nn.Sequential:
    """Five transposed convolutions without bias, batch norms and ReLU between them, tanh behind them.

    They turn (N, inputs, 1, 1) into (N, channels, 64, 64) in [-1, 1]. Names and order are those of the weights that
    others published: strangers' files load into them strictly.

    Args:
        width: channels at 32x32; doubled at each halving.
    """
    layers: list[nn.Module] = []
    for outputs, stride, padding in ((8, 1, 0), (4, 2, 1), (2, 2, 1), (1, 2, 1)):
        layers += [
            nn.ConvTranspose2d(inputs, outputs * width, 4, stride, padding, bias=False),
            nn.BatchNorm2d(outputs * width),
            nn.ReLU(),
        ]
        inputs = outputs * width
    return nn.Sequential(*layers, nn.ConvTranspose2d(width, channels, 4, 2, 1, bias=False), nn.Tanh())
