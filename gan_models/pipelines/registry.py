"""The names that :func:`gan_models.load` takes, and how each pipeline is put together."""

from collections.abc import Callable

import torch

from gan_models.pipelines.device import pick_device
from gan_models.pipelines.digits import DigitPipeline
from gan_models.pipelines.faces import FacePipeline
from gan_models.pipelines.foreign_faces import ForeignSampler, foreign_sampler
from gan_models.weights.catalog import CHECKPOINTS
from gan_models.weights.store import CHECKPOINTS_DIR, load_network, read_tensors

FACE_TABLES = CHECKPOINTS_DIR / "faces_tables.safetensors"


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


def faces(device: torch.device, weights: str) -> FacePipeline:
    """Our face GAN with its critic, the classifier, and what was measured from its samples."""
    network, located = load_network(CHECKPOINTS["faces-generator"], weights)
    others = "embedded" if located.notice else weights
    critic, _ = load_network(CHECKPOINTS["faces-critic"], others)
    judge, _ = load_network(CHECKPOINTS["face-judge"], others)
    return FacePipeline(network, critic, judge, read_tensors(FACE_TABLES), device, located)


def public_faces(name: str) -> Callable[[torch.device, str], ForeignSampler]:
    """Opens a public face generator from the Hub; our classifier says what its sliders and galleries show."""

    def opened(device: torch.device, weights: str) -> ForeignSampler:
        network, located = load_network(CHECKPOINTS[name], "hub")
        entry = CHECKPOINTS["face-judge"]
        judge, _ = load_network(entry, "embedded")
        return foreign_sampler(
            network, network.z_dim, device, located, lambda faces: judge(faces).sigmoid(), entry.sha256
        )

    return opened


PIPELINES: dict[str, Callable] = {
    "faces": faces,
    "digits": digits,
    "digits-cgan-mnist": digits_cgan_mnist,
    "faces-dcgan-celeba": public_faces("faces-dcgan-celeba"),
    "faces-huggan-dcgan": public_faces("faces-huggan-dcgan"),
}


def load(name: str, device: str = "auto", weights: str = "auto"):
    """See :func:`gan_models.load`."""
    if name not in PIPELINES:
        raise KeyError(f"no model {name!r}; there are: {', '.join(PIPELINES)}")
    return PIPELINES[name](pick_device(device), weights)
