"""The names that :func:`gan_models.load` takes, and how each pipeline is put together."""

from collections.abc import Callable

import torch

from gan_models.pipelines.device import pick_device
from gan_models.pipelines.digits import DigitPipeline
from gan_models.weights.catalog import CHECKPOINTS
from gan_models.weights.store import load_network


def digits(device: torch.device, weights: str) -> DigitPipeline:
    """Our digit GAN with its critic and the judge."""
    network, located = load_network(CHECKPOINTS["digits-generator"], weights)
    others = "embedded" if located.notice else weights  # one wait for an absent Hub is enough
    critic, _ = load_network(CHECKPOINTS["digits-critic"], others)
    judge, _ = load_network(CHECKPOINTS["digit-judge"], others)
    return DigitPipeline(network, critic, judge, device, located)


def digits_cgan_mnist(device: torch.device, weights: str) -> DigitPipeline:
    """A public conditional DCGAN from the Hub, judged by our critic and judge."""
    network, located = load_network(CHECKPOINTS["digits-cgan-mnist"], "hub")
    critic, _ = load_network(CHECKPOINTS["digits-critic"], "embedded")
    judge, _ = load_network(CHECKPOINTS["digit-judge"], "embedded")
    return DigitPipeline(network, critic, judge, device, located)


PIPELINES: dict[str, Callable] = {
    "digits": digits,
    "digits-cgan-mnist": digits_cgan_mnist,
}


def load(name: str, device: str = "auto", weights: str = "auto"):
    """See :func:`gan_models.load`."""
    if name not in PIPELINES:
        raise KeyError(f"no model {name!r}; there are: {', '.join(PIPELINES)}")
    return PIPELINES[name](pick_device(device), weights)
