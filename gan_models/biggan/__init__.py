"""Ten kinds of things: a small class-conditional GAN with self-attention, after SAGAN and BigGAN."""

from gan_models.biggan.checkpoints import CHECKPOINTS
from gan_models.biggan.pipeline import PIPELINES

__all__ = ["CHECKPOINTS", "PIPELINES"]
