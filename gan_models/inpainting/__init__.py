"""Holes in faces, filled in many ways: after AOT-GAN (Zeng et al., 2021)."""

from gan_models.inpainting.checkpoints import CHECKPOINTS
from gan_models.inpainting.pipeline import PIPELINES

__all__ = ["CHECKPOINTS", "PIPELINES"]
