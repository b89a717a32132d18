"""Portraits: a GAN that grew while it trained (Karras et al., 2018), from the Hub."""

from gan_models.progan.checkpoints import CHECKPOINTS
from gan_models.progan.pipeline import PIPELINES

__all__ = ["CHECKPOINTS", "PIPELINES"]
