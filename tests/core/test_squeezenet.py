"""SqueezeNet's features against torchvision's."""

import torch
from torchvision.models import squeezenet1_1

from gan_models.core.squeezenet import SqueezeNetFeatures


@torch.inference_mode()
def test_features_are_those_of_torchvision():
    torch.manual_seed(0)
    theirs, ours = squeezenet1_1(weights=None).eval(), SqueezeNetFeatures().eval()
    ours.features.load_state_dict(theirs.features.state_dict())
    pictures = torch.rand(2, 3, 97, 64) * 2 - 1
    x = ((pictures + 1) / 2 - ours.mean) / ours.std
    for index, layer in enumerate(theirs.features):
        x = layer(x)
        if index:
            torch.testing.assert_close(ours(pictures, (index,))[0], x)
    assert x.std() > 0
