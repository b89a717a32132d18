"""SqueezeNet's features, in which pictures of any kind are compared."""

import torch
from torch import Tensor

from gan_models.core.squeezenet import SqueezeNetFeatures, enlarge
from gan_models.metrics.scores import frechet_distance, kernel_distance

SIZE = 256


@torch.inference_mode()
def squeeze_features(feature_extractor: SqueezeNetFeatures, pictures: Tensor, batch: int = 32) -> Tensor:
    """Pictures (N, 3, H, W) in [-1, 1] to (N, 512): the mean of the last fire module's output, at 256 px."""
    return torch.cat([feature_extractor(enlarge(page, SIZE))[0].mean((2, 3)) for page in pictures.split(batch)]).cpu()


def squeeze_distances(made: Tensor, real: Tensor) -> tuple[float, float]:
    """SqueezeNet-FD and KD of two sets of features (N, 512), (M, 512).

    KD is the unbiased kernel distance of features scaled to a mean square of 1 over the real ones, times 1000. Neither
    may be compared with a FID or KID, which are measured in Inception's features.
    """
    scale = real.square().mean().sqrt()
    return frechet_distance(made, real), 1000 * kernel_distance(made / scale, real / scale)
