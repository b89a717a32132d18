"""The names that :func:`gan_models.load` takes, and how each pipeline is put together."""

from collections.abc import Callable

import torch

from gan_models.cyclegan.pipeline import Translator
from gan_models.core.device import pick_device
from gan_models.cgan.pipeline import DigitPipeline
from gan_models.dcgan.pipeline import FacePipeline
from gan_models.dcgan.hub_pipeline import ForeignSampler, foreign_sampler
from gan_models.inpainting.pipeline import Inpainter
from gan_models.registry import CHECKPOINTS
from gan_models.core.store import CHECKPOINTS_DIR, CheckpointError, load_network, read_tensors

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
    return FacePipeline(network, critic, judge, face_tables(), device, located)


def face_tables() -> dict[str, torch.Tensor]:
    """What was measured from our faces: directions, galleries, units."""
    try:
        return read_tensors(FACE_TABLES)
    except CheckpointError as error:
        raise CheckpointError(f"{error} Restore it with `git checkout checkpoints`.") from error


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


def translators(suffix: str = "", critics: str | None = None) -> Callable[[torch.device, str], Translator]:
    """Opens a pair of translators and their critics: ours, or with ``suffix`` a public pair from the Hub.

    ``critics`` is the suffix of the critics where it is another: "" lets ours judge a pair that has none.
    """

    def opened(device: torch.device, weights: str) -> Translator:
        networks, located = {}, None
        for name in ("horse-to-zebra", "zebra-to-horse", "horse-critic", "zebra-critic"):
            end = critics if critics is not None and name.endswith("critic") else suffix
            ours = "embedded" if suffix or (located and located.notice) else weights
            networks[name], found = load_network(CHECKPOINTS[name + end], "hub" if end else ours)
            located = located or found
        return Translator(
            {"horse": networks["zebra-to-horse"], "zebra": networks["horse-to-zebra"]},
            {"horse": networks["horse-critic"], "zebra": networks["zebra-critic"]},
            device, located,
        )  # fmt: skip

    return opened


def inpainting(device: torch.device, weights: str) -> Inpainter:
    """Our inpainting GAN with its critic."""
    network, located = load_network(CHECKPOINTS["inpainting-generator"], weights)
    critic, _ = load_network(CHECKPOINTS["inpainting-critic"], "embedded" if located.notice else weights)
    return Inpainter(network, critic, device, located)


def inpainting_aot(device: torch.device, weights: str) -> Inpainter:
    """The published AOT-GAN of faces from the Hub, judged by our critic."""
    network, located = load_network(CHECKPOINTS["inpainting-aot"], "hub")
    critic, _ = load_network(CHECKPOINTS["inpainting-critic"], "embedded")
    return Inpainter(network, critic, device, located)


PIPELINES: dict[str, Callable] = {
    "faces": faces,
    "digits": digits,
    "horse2zebra": translators(),
    "inpainting": inpainting,
    "digits-cgan-mnist": digits_cgan_mnist,
    "faces-dcgan-celeba": public_faces("faces-dcgan-celeba"),
    "faces-huggan-dcgan": public_faces("faces-huggan-dcgan"),
    "horse2zebra-upit": translators("-upit"),
    "horse2zebra-ziyobek": translators("-ziyobek", critics=""),
    "inpainting-aot": inpainting_aot,
}


def load(name: str, device: str = "auto", weights: str = "auto"):
    """See :func:`gan_models.load`."""
    if name not in PIPELINES:
        raise KeyError(f"no model {name!r}; there are: {', '.join(PIPELINES)}")
    return PIPELINES[name](pick_device(device), weights)
