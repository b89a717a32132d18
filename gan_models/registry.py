"""The families, and from them the names that :func:`gan_models.load` takes. The only file that knows them all."""

from collections.abc import Callable

from gan_models import (
    biggan,
    cgan,
    classifiers,
    cyclegan,
    dcgan,
    inpainting,
    pix2pix,
    progan,
    srgan,
    stackgan,
    stylegan,
)
from gan_models.core.checkpoint import Checkpoint
from gan_models.core.device import pick_device

FAMILIES = (dcgan, cgan, cyclegan, inpainting, pix2pix, progan, srgan, stackgan, stylegan, biggan)

WITH_WEIGHTS = (*FAMILIES, classifiers)  # each with CHECKPOINTS, and card.md about them

CHECKPOINTS: dict[str, Checkpoint] = {k: v for room in WITH_WEIGHTS for k, v in room.CHECKPOINTS.items()}
PIPELINES: dict[str, Callable] = {k: v for family in FAMILIES for k, v in family.PIPELINES.items()}


def load(name: str, device: str = "auto", weights: str = "auto"):
    """See :func:`gan_models.load`."""
    if name not in PIPELINES:
        raise KeyError(f"no model {name!r}; there are: {', '.join(PIPELINES)}")
    return PIPELINES[name](pick_device(device), weights)
