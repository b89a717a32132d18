"""Flowers from words, in two stages: StackGAN (Zhang et al., 2017)."""

from gan_models.stackgan.checkpoints import CHECKPOINTS
from gan_models.stackgan.pipeline import PIPELINES

__all__ = ["CHECKPOINTS", "PIPELINES"]
