"""Digits of a chosen class: a conditional GAN (Mirza and Osindero, 2014), and the game of real or fake."""

from gan_models.cgan.checkpoints import CHECKPOINTS
from gan_models.cgan.pipeline import PIPELINES

__all__ = ["CHECKPOINTS", "PIPELINES"]
