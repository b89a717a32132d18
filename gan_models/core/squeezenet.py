"""SqueezeNet 1.1's features: in them pictures are compared, and discriminators that only exist for training look at
them.

Written out here, since importing torchvision's brings PyTorch's compiler along: 180 MB of memory, and seconds.
"""

from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn


class Fire(nn.Module):
    """(N, channels, H, W) to (N, 2 * wide, H, W): few filters, then many of 1x1 and of 3x3 side by side."""

    def __init__(self, channels: int, narrow: int, wide: int):
        super().__init__()
        self.squeeze = nn.Conv2d(channels, narrow, 1)
        self.expand1x1 = nn.Conv2d(narrow, wide, 1)
        self.expand3x3 = nn.Conv2d(narrow, wide, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, channels, H, W) to (N, 2 * wide, H, W)."""
        x = self.squeeze(x).relu_()
        return torch.cat([self.expand1x1(x), self.expand3x3(x)], 1).relu_()


def halve() -> nn.Module:
    """(N, C, H, W) to about half of H and W."""
    return nn.MaxPool2d(3, 2, ceil_mode=True)


class SqueezeNetFeatures(nn.Module):
    """SqueezeNet 1.1 (Iandola et al., 2016) without its classifier, in torchvision's layout and names."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 64, 3, 2), nn.ReLU(inplace=True), halve(), Fire(64, 16, 64), Fire(128, 16, 64),
            halve(), Fire(128, 32, 128), Fire(256, 32, 128),
            halve(), Fire(256, 48, 192), Fire(384, 48, 192), Fire(384, 64, 256), Fire(512, 64, 256),
        )  # fmt: skip
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_uniform_(layer.weight)
                nn.init.zeros_(layer.bias)
        self.register_buffer("mean", torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1), persistent=False)

    def forward(self, images: Tensor, taps: tuple[int, ...] = (12,)) -> list[Tensor]:
        """Images (N, 3, H, W) in [-1, 1] to the activations after each layer in ``taps``, in order."""
        x = ((images + 1) / 2 - self.mean) / self.std
        found = []
        for index, layer in enumerate(self.features):
            x = layer(x)
            if index in taps:
                found.append(x)
            if index == taps[-1]:
                break
        return found


def squeezenet_state(path: Path | None) -> dict[str, Tensor]:
    """SqueezeNet 1.1 with its classifier, in float32, from a safetensors file in torchvision's layout or from it."""
    if path:
        state = load_file(path)
    else:
        from torchvision.models import SqueezeNet1_1_Weights

        state = SqueezeNet1_1_Weights.IMAGENET1K_V1.get_state_dict(check_hash=True)
    return {k: v.float() for k, v in state.items()}


def load_squeezenet(path: Path | None) -> SqueezeNetFeatures:
    """SqueezeNet 1.1's features, frozen, from a safetensors file in torchvision's layout, or fetched by torchvision."""
    network = SqueezeNetFeatures()
    network.load_state_dict({k: v for k, v in squeezenet_state(path).items() if k.startswith("features.")})
    return network.eval().requires_grad_(False)


def enlarge(images: Tensor, size: int) -> Tensor:
    """Pictures (N, C, H, W) to (N, C, size, size), bilinear."""
    return F.interpolate(images, size=(size, size), mode="bilinear", align_corners=False)
