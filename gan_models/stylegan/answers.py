"""Seven numbers that say what a tightly aligned face shows; no network that draws faces was trained on any of them.

Smile, gender, glasses and beard are logits of the classifier of :mod:`gan_models.classifiers.faces`, which learned from
other photographs. Age is in years, by a ridge regression from the classifier's features to the ages that
``faces128.zip`` knows. Light is how much brighter the right half is than the left. Turn is how far the middle of nose
and mouth lies beside that of the eyes: measured in real faces by laying each on its mirror image, and learned by a
ridge regression from what is not symmetric in them, so that it has a gradient.
"""

import csv
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.classifiers.faces import FaceClassifier, as_heads
from gan_models.data.celeba import ATTRIBUTES, to_signed
from gan_models.data.portraits import ARCHIVE, load_portraits

ANSWERS = ("smile", "age", "gender", "glasses", "beard", "turn", "light")
CLASSIFIED = {"smile": "smiling", "gender": "male", "glasses": "eyeglasses", "beard": "beard"}
SIDE = 32  # pixels: of the pictures in which asymmetry is looked for
FIT_ON, CHECKED = 6000, 1000  # real faces


def load_ages(path: Path, part: str, most: int | None = None) -> Tensor:
    """Ages (N,) in years of the faces that :func:`gan_models.data.portraits.load_portraits` gives, in its order."""
    archive = path / ARCHIVE if path.is_dir() else path
    with zipfile.ZipFile(archive) as files, files.open("index.csv") as raw:
        rows = {r["file"]: float(r["age"]) for r in csv.DictReader(io.TextIOWrapper(raw, "utf-8"))}
    return torch.tensor([rows[name] for name in sorted(rows) if name.startswith(part + "/")][:most])


def grey(faces: Tensor, side: int) -> Tensor:
    """Faces (N, 3, S, S) to brightness (N, side, side), with contrast and brightness taken away."""
    small = F.interpolate(faces.mean(1, keepdim=True), size=(side, side), mode="area")[:, 0]
    small = small - small.mean((1, 2), keepdim=True)
    return small / small.square().mean((1, 2), keepdim=True).add(1e-4).sqrt()


def slopes(page: Tensor) -> Tensor:
    """How steeply brightness (N, H, W) changes from left to right, at all points but the edges: (N, H, W - 2)."""
    return (page[:, :, 2:] - page[:, :, :-2]).abs()


def lopsided(faces: Tensor) -> Tensor:
    """What is not symmetric in faces (N, 3, S, S), in brightness and in its slopes: (N, 640)."""
    steep = F.avg_pool2d(F.pad(slopes(grey(faces, 64)), (1, 1)), 4)  # (N, 16, 16)
    found = []
    for page, scale in ((grey(faces, SIDE), 1.0), (steep, 3.0)):
        found.append(scale * (page - page.flip(2))[:, :, : page.shape[2] // 2].flatten(1))
    return torch.cat(found, 1)


def light(faces: Tensor) -> Tensor:
    """How much brighter the right half of faces (N, 3, S, S) is than the left, (N,), in [-2, 2]."""
    left, right = faces.mean((1, 2)).chunk(2, 1)
    return right.mean(1) - left.mean(1)


@torch.inference_mode()
def measure_turn(faces: Tensor, most: int = 14) -> Tensor:
    """How far nose, mouth and chin lie beside the middle of faces (N, 3, S, S), (N,), in shares of the width.

    Each face, but for its brow and eyes, is moved until it lies best on its mirror image. Slopes of brightness are
    compared, so that a shadow on one side counts little.
    """
    page = grey(faces, 64)
    slope = slopes(page[:, 26:56])
    other, width = slope.flip(2), slope.shape[2]
    core = slope[:, :, most : width - most]
    likeness = torch.stack([
        F.cosine_similarity(core.flatten(1), other[:, :, most + s : width - most + s].flatten(1))
        for s in range(-most, most + 1)
    ], 1)  # fmt: skip
    best = likeness[:, 1:-1].argmax(1, keepdim=True) + 1
    before, at, after = (likeness.gather(1, best + k)[:, 0] for k in (-1, 0, 1))
    between = (before - after) / (2 * (before - 2 * at + after)).clamp(max=-1e-6)
    return -(best[:, 0] - most + between.clamp(-1, 1)) / 2 / 64


def ridge(x: Tensor, y: Tensor, weight: float) -> tuple[Tensor, Tensor]:
    """Weights (D,) and offset () that predict y (N,) from x (N, D); ``weight`` is in mean variances of x."""
    mean, middle = x.mean(0), y.mean()
    rows = (x - mean).double()
    square = rows.T @ rows / len(rows)
    square.diagonal().add_(weight * square.diagonal().mean())
    found = torch.linalg.solve(square, rows.T @ (y - middle).double() / len(rows)).float()
    return found, middle - mean @ found


@dataclass
class Answers:
    """Faces (N, 3, S, S) in [-1, 1] to (N, 7), in the order of :data:`ANSWERS`.

    Attributes:
        age, turn: weights and offset of the two regressions, from the classifier's features and from asymmetry.
    """

    classifier: nn.Module
    age: tuple[Tensor, Tensor]
    turn: tuple[Tensor, Tensor]

    def __call__(self, faces: Tensor) -> Tensor:
        features = self.classifier.features(as_heads(faces))
        logits = self.classifier.head(features)
        found = {name: logits[:, ATTRIBUTES.index(known)] for name, known in CLASSIFIED.items()}
        found["age"] = features @ self.age[0] + self.age[1]
        found["turn"] = lopsided(faces) @ self.turn[0] + self.turn[1]
        found["light"] = light(faces)
        return torch.stack([found[name] for name in ANSWERS], 1)

    @classmethod
    def fit(cls, classifier: FaceClassifier, data: Path) -> tuple["Answers", dict[str, float]]:
        """Learned from training faces; and how well age and turn agree with what is known of the test faces.

        That is a correlation from -1 to 1 each.
        """
        found = []
        for part, most in (("train", FIT_ON), ("test", CHECKED)):
            faces = to_signed(load_portraits(data, part, most))
            with torch.inference_mode():
                features = torch.cat([classifier.features(as_heads(page)) for page in faces.split(200)])
            turns = torch.cat([measure_turn(page) for page in faces.split(200)])
            crooked = torch.cat([lopsided(page) for page in faces.split(200)])
            found.append((features, load_ages(data, part, most), crooked, turns))
        features, ages, crooked, turns = found[0]
        fitted = cls(classifier, ridge(features, ages, 0.03), ridge(crooked, turns, 0.3))
        features, ages, crooked, turns = found[1]

        def agreement(x: Tensor, y: Tensor, line: tuple[Tensor, Tensor]) -> float:
            return torch.corrcoef(torch.stack([x @ line[0] + line[1], y]))[0, 1].item()

        return fitted, {"age": agreement(features, ages, fitted.age), "turn": agreement(crooked, turns, fitted.turn)}
