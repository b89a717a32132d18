"""Faces: DCGAN (Radford et al., 2016), its latent space, arithmetic in it, and other people's DCGANs."""

from gan_models.dcgan.checkpoints import CHECKPOINTS
from gan_models.dcgan.pipeline import PIPELINES

__all__ = ["CHECKPOINTS", "PIPELINES"]
