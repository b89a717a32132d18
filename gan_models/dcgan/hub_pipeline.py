"""Other people's face generators: no labels came with them, so what their sliders do is measured here, once.

What was measured is kept in a cache folder, so that the second start is instant. The file is a convenience: where it is
damaged it is measured anew, and where it cannot be written nothing is lost but time.
"""

import hashlib
import json
import os
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import safetensors.torch
import torch
import torch.nn.functional as F
from safetensors import SafetensorError
from torch import Tensor, nn

from gan_models.classifiers.checkpoints import CHECKPOINTS as CLASSIFIERS
from gan_models.core import latents
from gan_models.core.checkpoint import sha256_of
from gan_models.core.device import compute
from gan_models.core.errors import BadRequest
from gan_models.core.sampler import DIRECTIONS, Draw, Sampler, find_directions
from gan_models.core.store import Located, load_network
from gan_models.dcgan.attributes import ATTRIBUTES, CATEGORIES, gallery
from gan_models.dcgan.checkpoints import CHECKPOINTS

VERSION = 1  # of the measuring; a change of it makes what was cached void
SAMPLES = 3000  # faces that a classifier looks at
BATCH = 50
NAMELESS = 4  # directions of what varies most beside the attributes
GALLERY = 24

Classifier = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Measured:
    """What samples of a model tell.

    Attributes:
        directions: unit rows (K, z_dim), one a slider.
        probabilities: of the attributes (N, 6), row s of the face that seed s draws; (0, 6) without a classifier.
    """

    directions: Tensor
    probabilities: Tensor


class ThirdPartySampler(Sampler):
    """A :class:`Sampler` of faces whose sliders and galleries were measured; it answers what a face pipeline does.

    Args:
        draw, z_dim: as a :class:`Sampler` takes them.
        measured: finds or recalls what is measured; called at the first question that needs it.
        classifier: see :func:`third_party_sampler`.
        device: where the generator computes.
        located: its weights file, or None.
    """

    def __init__(
        self, draw: Draw, z_dim: int, measured: Callable[[], Measured], classifier: Classifier | None,
        device: torch.device, located: Located | None,
    ):  # fmt: skip
        super().__init__(draw, z_dim, directions=lambda: self.measured.directions)
        self.device, self.located, self.classifier = device, located, classifier
        self._measure = measured
        self._measured: Measured | None = None
        self._measuring = threading.Lock()

    @property
    def measured(self) -> Measured:
        """Read from the cache, or measured now; then kept."""
        with self._measuring:
            if self._measured is None:
                self._measured = self._measure()
            return self._measured

    @cached_property
    def galleries(self) -> dict[str, list[int]]:
        """Seeds of at most 24 faces of each category, the surest first; nothing without a classifier."""
        if self.classifier is None:
            return {}
        return {name: gallery(self.measured.probabilities, wanted, GALLERY) for name, wanted in CATEGORIES.items()}

    @torch.inference_mode()
    def attributes(self, pictures: Tensor) -> Tensor:
        """The classifier's probabilities (N, 6) for faces (N, 3, H, W) in [-1, 1].

        Raises:
            BadRequest: there is no classifier.
        """
        if self.classifier is None:
            raise BadRequest("There is no classifier for this model, so nobody can say what its faces show.")
        return self.classifier(pictures).float().cpu()


def third_party_sampler(
    network: nn.Module, z_dim: int, device: torch.device, located: Located | None = None,
    classifier: Classifier | None = None, classifier_key: str = "",
) -> ThirdPartySampler:  # fmt: skip
    """A sampler of a face generator without labels.

    Args:
        network: z (N, z_dim) to faces (N, 3, H, W) in [-1, 1].
        located: its weights file; without one nothing is cached.
        classifier: faces (N, 3, H, W) in [-1, 1] on the CPU to probabilities (N, 6) of
            :data:`~gan_models.data.celeba.ATTRIBUTES`. With it there are galleries, and ten directions: towards
            each attribute in that order, the last turned round so that it leads to an older face, and four without a
            name. Without it there are the five along which the faces vary most.
        classifier_key: says which classifier it is, as its file's SHA-256; a new one makes what was cached void.
    """
    network = network.to(device).eval().requires_grad_(False)

    def draw(z: Tensor, weights: Tensor | None) -> Tensor:
        return compute(network, device, z)

    def measured() -> Measured:
        path = located and cache_file(sha256_of(located.path), classifier_key if classifier else None)
        found = recall(path, z_dim, classifier is not None) if path else None
        if found is None:
            found = measure(draw, z_dim, classifier)
            if path:
                keep(path, found)
        return found

    return ThirdPartySampler(draw, z_dim, measured, classifier, device, located)


@torch.no_grad()
def measure(draw: Draw, z_dim: int, classifier: Classifier | None = None) -> Measured:
    """Directions and, with a classifier, probabilities (3000, 6) of what seeds 0, 1, 2 and so on draw."""
    if classifier is None:
        return Measured(find_directions(draw, z_dim), torch.zeros(0, len(ATTRIBUTES)))
    z = latents.seeded_noise(list(range(SAMPLES)), z_dim)
    answers, looks = [], []
    for part in z.split(BATCH):
        faces = draw(part, None).float().clamp(-1, 1).cpu()
        answers.append(classifier(faces).float().cpu())
        looks.append(F.adaptive_avg_pool2d(faces, 14).flatten(1))
    probabilities = torch.cat(answers)
    named = latents.separate_directions(z, probabilities.logit(eps=1e-3))
    found = latents.orthogonal(named)
    for _ in range(count_directions(z_dim, True) - len(named)):
        direction = latents.principal_direction(z, torch.cat(looks), found)
        found = torch.cat([found, (direction * direction[direction.abs().argmax()].sign())[None]])
    named[ATTRIBUTES.index("young")] *= -1
    return Measured(torch.cat([named, found[len(named) :]]), probabilities)


def count_directions(z_dim: int, named: bool) -> int:
    """How many directions :func:`measure` finds."""
    return min(len(ATTRIBUTES) + NAMELESS if named else DIRECTIONS, z_dim)


def cache_folder() -> Path | None:
    """Where measurements are kept: in ``HF_HOME`` beside the Hub's files, else in the user's cache folder, if any."""
    if os.environ.get("HF_HOME"):
        return Path(os.environ["HF_HOME"]).expanduser() / "gan-atelier"
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache").expanduser() / "gan-atelier"
    except RuntimeError:  # a user without a home
        return None


def cache_file(weights_sha256: str, classifier_key: str | None) -> Path | None:
    """The file for these weights, this classifier (None: without one) and this code; None without a cache folder."""
    folder = cache_folder()
    about = json.dumps([VERSION, SAMPLES, ATTRIBUTES, weights_sha256, classifier_key])
    return folder and folder / f"faces-{hashlib.sha256(about.encode()).hexdigest()[:32]}.safetensors"


def keep(path: Path, measured: Measured) -> None:
    """Write to a file, all of it or nothing; a folder that cannot be written and a full disk are no reason to stop."""
    tensors = {"directions": measured.directions, "probabilities": measured.probabilities}
    tensors = {name: tensor.detach().cpu().float().contiguous() for name, tensor in tensors.items()}
    data = safetensors.torch.save(tensors, {"sha256": _sum(tensors)})
    draft = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, suffix=".draft")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(draft, path)
    except OSError:
        if draft:
            Path(draft).unlink(missing_ok=True)


def recall(path: Path, z_dim: int, named: bool) -> Measured | None:
    """What :func:`keep` wrote; None where there is no such file, or not a whole and sound one."""
    try:
        with safetensors.safe_open(path, "pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            about = file.metadata() or {}
    except (OSError, SafetensorError, ValueError):
        return None
    shapes = {
        "directions": (count_directions(z_dim, named), z_dim),
        "probabilities": (SAMPLES if named else 0, len(ATTRIBUTES)),
    }
    if {name: tuple(tensor.shape) for name, tensor in tensors.items()} != shapes:
        return None
    return Measured(**tensors) if about.get("sha256") == _sum(tensors) else None


def _sum(tensors: dict[str, Tensor]) -> str:
    """SHA-256 of the tensors' bytes, names in alphabetical order."""
    digest = hashlib.sha256()
    for name in sorted(tensors):
        digest.update(tensors[name].contiguous().view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


def public_faces(name: str) -> Callable[[torch.device, str], ThirdPartySampler]:
    """Opens a public face generator from the Hub; our classifier says what its sliders and galleries show."""

    def opened(device: torch.device, weights: str) -> ThirdPartySampler:
        network, located = load_network(CHECKPOINTS[name], "hub")
        entry = CLASSIFIERS["face-judge"]
        classifier, _ = load_network(entry, "embedded")
        return third_party_sampler(
            network, network.z_dim, device, located, lambda faces: classifier(faces).sigmoid(), entry.sha256
        )

    return opened
