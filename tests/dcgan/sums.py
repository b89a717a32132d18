"""Faces that nobody trained, a sum of them, and anything that may be sent in its place."""

import torch
from hypothesis import strategies as st

from gan_models.classifiers.faces import FaceClassifier
from gan_models.core.store import CHECKPOINTS_DIR, Located
from gan_models.dcgan.arithmetic import Sum
from gan_models.dcgan.attributes import CATEGORIES
from gan_models.dcgan.networks import DCGANDiscriminator, DCGANGenerator
from gan_models.dcgan.pipeline import FacePipeline

SUM = {"a": [1, 2, 3], "b": [4, 5], "c": [6]}
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from("abcxstrength"), inner, max_size=3),
    max_leaves=8,
)


def untrained() -> FacePipeline:
    """The real pipeline around small, untrained networks, with galleries of its own."""
    torch.manual_seed(0)
    generator, discriminator, classifier = DCGANGenerator(12, 6), DCGANDiscriminator(4), FaceClassifier(4)
    tables = {f"gallery.{key}": torch.arange(i, i + 9) for i, key in enumerate(CATEGORIES)}
    tables |= {"directions": torch.eye(12)[:6], "gallery.older-men": torch.arange(0)}
    located = Located(CHECKPOINTS_DIR / "none", "embedded")
    return FacePipeline(generator.eval(), discriminator.eval(), classifier.eval(), tables, torch.device("cpu"), located)


def fine(total: Sum) -> None:
    for column in (total.a, total.b, total.c):
        assert 1 <= len(column) <= 3
        assert all(isinstance(seed, int) and 0 <= seed < 2**31 for seed in column)
    assert 0 <= total.strength <= 2
    assert 0 <= total.seed < 2**31
