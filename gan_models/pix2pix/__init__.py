"""Drawings to pictures, label maps to house fronts: Pix2Pix (Isola et al., 2017)."""

from gan_models.pix2pix.checkpoints import CHECKPOINTS
from gan_models.pix2pix.pipeline import PIPELINES

__all__ = ["CHECKPOINTS", "PIPELINES"]
