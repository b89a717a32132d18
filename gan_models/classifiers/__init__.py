"""Ordinary classifiers, trained on real pictures alone: they say what generated pictures show."""

from gan_models.classifiers.checkpoints import CHECKPOINTS

__all__ = ["CHECKPOINTS"]
