"""Faces of people who do not exist: samples, what a classifier and the discriminator say of them, and units to switch
off."""

import threading
from collections.abc import Mapping

import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval, fuse_linear_bn_eval

from gan_models.classifiers.checkpoints import CHECKPOINTS as CLASSIFIERS
from gan_models.core import images, latents
from gan_models.core.device import HEAVY, compute
from gan_models.core.precision import choose_precision
from gan_models.core.sampler import Sampler
from gan_models.core.store import CHECKPOINTS_DIR, CheckpointError, Located, load_network, read_tensors
from gan_models.dcgan.checkpoints import CHECKPOINTS
from gan_models.dcgan.hub_pipeline import public_faces
from gan_models.dcgan.networks import DCGANGenerator

RESOLUTION = 64
MAX_CLASSIFIED = 1000


class FacePipeline(Sampler):
    """The face GAN with its discriminator, an independent classifier, and tables measured once from its samples.

    Args:
        generator, discriminator, classifier: as in :mod:`gan_models.dcgan.networks` and
            :mod:`gan_models.classifiers.faces`.
        tables: ``directions`` (K, z_dim), one row a slider, of any length; ``gallery.NAME`` seeds of faces of a
            category; ``units.NAME`` numbers of the units that draw something. See
            :mod:`gan_models.dcgan.directions`.
        device: where to compute.
        located: where the generator's weights came from.
    """

    def __init__(
        self, generator: DCGANGenerator, discriminator: nn.Module, classifier: nn.Module, tables: Mapping[str, Tensor],
        device: torch.device, located: Located,
    ):  # fmt: skip
        def ready(network: nn.Module) -> nn.Module:
            return network.to(device, memory_format=torch.channels_last)

        self.generator = ready(fold_norms(generator))
        self.face_discriminator, self.classifier = ready(discriminator), ready(classifier)
        self.device, self.located = device, located
        choose_precision(self.generator, device, latents.seeded_noise(list(range(25)), generator.z_dim))
        self.units_at_16 = 2 * generator.width
        self.galleries = named_rows(tables, "gallery.")
        self.concepts = named_rows(tables, "units.")
        self._busy = threading.Lock()  # one forward pass at a time: two would only fight for the same cores
        found = tables.get("directions", torch.empty(0)).float()
        if found.ndim != 2 or found.shape[1] != generator.z_dim:
            raise CheckpointError(
                "The tables of the faces do not fit the generator; restore both with `git checkout checkpoints`."
            )
        super().__init__(
            self._draw, generator.z_dim, directions=lambda: found, discriminator=lambda faces, _: self.realness(faces)
        )

    def _draw(self, z: Tensor, _: Tensor | None = None) -> Tensor:
        return compute(self.generator, self.device, z, busy=self._busy, heavy=len(z) >= HEAVY)

    def _draft(self, z: Tensor) -> Tensor:
        return compute(self.generator, self.device, z, run=DCGANGenerator.draft, busy=self._busy)

    @torch.inference_mode()
    def render_without(self, z: Tensor, strengths: Mapping[str, float]) -> Tensor:
        """z (N, z_dim) to faces (N, 3, 64, 64) with some concepts' units turned down.

        ``strengths`` gives, by name in :attr:`concepts`, what their units are multiplied by: 1 leaves them, 0
        switches them off, 2 doubles them. GAN Dissection, Bau et al. (2019).
        """
        gains = torch.ones(self.units_at_16)
        for name, strength in strengths.items():
            gains[self.concepts[name]] *= strength
        units = self._draft(z) * gains[:, None, None]
        return compute(self.generator, self.device, units, run=DCGANGenerator.paint, busy=self._busy).clamp(-1, 1)

    @torch.inference_mode()
    def where(self, z: Tensor, name: str) -> Tensor:
        """Where a concept's units are at work in the faces of z (N, z_dim): (N, 16, 16), 0 to 1."""
        units = self._draft(z)[:, self.concepts[name]].mean(1)
        return units / units.amax((1, 2), keepdim=True).clamp_min(1e-8)

    @torch.inference_mode()
    def attributes(self, pictures: list[Image.Image] | Tensor) -> Tensor:
        """The classifier's probabilities (N, 6), in the order of ``networks.face_judge.ATTRIBUTES``."""
        return compute(self.classifier, self.device, as_faces(pictures), busy=self._busy).sigmoid()

    @torch.inference_mode()
    def realness(self, pictures: list[Image.Image] | Tensor, labels: object = None) -> list[float]:
        """The discriminator's belief, from 0 to 1, that each picture is a photograph.

        PIL of any size, or (N, 3, 64, 64).
        """
        return compute(self.face_discriminator, self.device, as_faces(pictures), busy=self._busy).sigmoid().tolist()


def in_words(probabilities: list[float]) -> str:
    """The classifier's six probabilities as a line of words, each with how sure it is of that word."""
    smiling, male, glasses, bangs, beard, young = probabilities
    words = [("man", male) if male > 0.5 else ("woman", 1 - male)]
    words.append(("smiling", smiling) if smiling > 0.5 else ("serious", 1 - smiling))
    words.append(("young", young) if young > 0.5 else ("older", 1 - young))
    words += [(w, p) for w, p in (("glasses", glasses), ("fringe", bangs), ("beard", beard)) if p > 0.5]
    return ", ".join(f"{word} {p:.0%}".replace("%", " %") for word, p in words)


def as_faces(pictures: list[Image.Image] | Tensor) -> Tensor:
    """Pictures to (N, 3, 64, 64) in [-1, 1]."""
    if isinstance(pictures, Tensor):
        return pictures
    return images.from_pil(pictures, "RGB", (RESOLUTION, RESOLUTION))


def named_rows(tables: Mapping[str, Tensor], prefix: str) -> dict[str, list[int]]:
    """The tables whose name begins with ``prefix``, as lists of whole numbers under the rest of their name."""
    return {k.removeprefix(prefix): v.tolist() for k, v in tables.items() if k.startswith(prefix)}


def fold_norms(generator: DCGANGenerator) -> DCGANGenerator:
    """Batch norms folded into the layers before them: same pictures, fewer passes."""
    for conv, norm in (("up8", "norm8"), ("up16", "norm16"), ("up32", "norm32"), ("up64", "norm64")):
        layers = getattr(generator, conv), getattr(generator, norm)
        setattr(generator, conv, fuse_conv_bn_eval(*layers, transpose=True))
        setattr(generator, norm, nn.Identity())
    norm, flat = generator.norm4, nn.BatchNorm1d(generator.from_z.out_features)
    for ours, theirs in ((flat.weight, norm.weight), (flat.bias, norm.bias)):
        ours.data = theirs.data.repeat_interleave(16)
    flat.running_mean, flat.running_var = (v.repeat_interleave(16) for v in (norm.running_mean, norm.running_var))
    generator.from_z = fuse_linear_bn_eval(generator.from_z, flat.eval())
    generator.norm4 = nn.Identity()
    return generator


FACE_TABLES = CHECKPOINTS_DIR / "faces_tables.safetensors"


def faces(device: torch.device, weights: str) -> FacePipeline:
    """Our face GAN with its discriminator, the classifier, and what was measured from its samples."""
    network, located = load_network(CHECKPOINTS["faces-generator"], weights)
    others = "embedded" if located.notice else weights
    discriminator, _ = load_network(CHECKPOINTS["faces-critic"], others)
    classifier, _ = load_network(CLASSIFIERS["face-judge"], others)
    return FacePipeline(network, discriminator, classifier, face_tables(), device, located)


def face_tables() -> dict[str, torch.Tensor]:
    """What was measured from our faces: directions, galleries, units."""
    try:
        return read_tensors(FACE_TABLES)
    except CheckpointError as error:
        raise CheckpointError(f"{error} Restore it with `git checkout checkpoints`.") from error


PIPELINES = {"faces": faces, **{name: public_faces(name) for name in ("faces-dcgan-celeba", "faces-huggan-dcgan")}}
