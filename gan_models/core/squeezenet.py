"""SqueezeNet 1.1's features: in them pictures are compared, and discriminators that only exist for training look at
them."""

from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn
from torchvision.models import squeezenet1_1


class SqueezeNetFeatures(nn.Module):
    """SqueezeNet 1.1 (Iandola et al., 2016) without its classifier, in torchvision's layout and names."""

    def __init__(self):
        super().__init__()
        self.features = squeezenet1_1(weights=None).features
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
