"""What several of the classifiers are made of."""

from torch import nn


def convolution(c_in: int, c_out: int, kernel: int = 3, stride: int = 1) -> list[nn.Module]:
    """A convolution and its batch norm."""
    return [nn.Conv2d(c_in, c_out, kernel, stride, 1, bias=False), nn.BatchNorm2d(c_out)]


def block(c_in: int, c_out: int, stride: int = 1) -> list[nn.Module]:
    """A 3x3 convolution, its batch norm and ReLU."""
    return [*convolution(c_in, c_out, 3, stride), nn.ReLU()]


def stem(width: int) -> list[nn.Module]:
    """Pictures (N, 3, S, S) to features (N, 4 * width, S / 8, S / 8)."""
    return [
        *convolution(3, width, 4, 2), nn.ReLU(),
        *block(width, 2 * width, 2), *block(2 * width, 2 * width),
        *block(2 * width, 4 * width, 2), *block(4 * width, 4 * width), nn.Dropout2d(0.1),
    ]  # fmt: skip
