"""Faces: a style-based GAN (Karras et al., 2019, 2020), light enough for processors."""

from gan_models.stylegan.checkpoints import CHECKPOINTS
from gan_models.stylegan.pipeline import PIPELINES

__all__ = ["CHECKPOINTS", "PIPELINES"]
