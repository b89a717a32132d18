"""Horses to zebras and back: CycleGAN (Zhu et al., 2017)."""

from gan_models.cyclegan.checkpoints import CHECKPOINTS
from gan_models.cyclegan.pipeline import PIPELINES

__all__ = ["CHECKPOINTS", "PIPELINES"]
