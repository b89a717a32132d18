"""Photographs enlarged four times: SRGAN (Ledig et al., 2017), with what ESRGAN (Wang et al., 2018) taught."""

from gan_models.srgan.checkpoints import CHECKPOINTS
from gan_models.srgan.pipeline import PIPELINES

__all__ = ["CHECKPOINTS", "PIPELINES"]
