"""EfficientNet-Lite0's features, for discriminators that only exist for training.

The network that Projected GANs look through (Sauer et al., 2021). It comes from ``timm``, which only whoever trains
with it has to install.
"""

from pathlib import Path

from safetensors.torch import load_file
from torch import Tensor, nn

NAME = "tf_efficientnet_lite0"
CHANNELS = (24, 40, 112, 320)  # of the maps that are looked at
STRIDES = (4, 8, 16, 32)  # of these


class EfficientNetFeatures(nn.Module):
    """EfficientNet-Lite0 (Tan and Le, 2019) without its classifier, frozen.

    Args:
        path: its weights as safetensors, in timm's names; ``None`` lets timm fetch them.
    """

    def __init__(self, path: Path | None):
        super().__init__()
        import timm

        whole = timm.create_model(NAME, pretrained=path is None)
        if path:
            whole.load_state_dict(load_file(path))
        self.network = timm.create_model(NAME, features_only=True, out_indices=(1, 2, 3, 4))
        kept = whole.state_dict()
        self.network.load_state_dict({name: kept[name] for name in self.network.state_dict()})
        self.eval().requires_grad_(False)

    def forward(self, pictures: Tensor) -> list[Tensor]:
        """Pictures (N, 3, H, W) in [-1, 1], which is what it was trained on, to maps of :data:`CHANNELS` channels."""
        return self.network(pictures)
