"""Numbers that say what a tightly aligned face shows; no network that draws faces was trained on any of them.

Smile, glasses and beard are logits of the classifier of :mod:`gan_models.classifiers.faces`, which learned from other
photographs; of beard, what does not follow from gender. Age, in years, and gender, from -1 to 1, are ridge regressions
from the classifier's features to what ``faces128.zip`` says of its training faces. Light is how much brighter the right
half is than the left. Turn is how far the middle of nose and mouth lies beside that of the eyes: measured in real faces
by laying each on its mirror image, and learned by a ridge regression from what is not symmetric in them. Two more are
there to be left alone: how bright the middle of the face is, and how warm its colour.
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

SLIDERS = ("smile", "age", "gender", "glasses", "beard", "turn", "light")
ANSWERS = (*SLIDERS, "brightness", "warmth")
CLASSIFIED = {"smile": "smiling", "glasses": "eyeglasses", "beard": "beard"}
SIDE = 32  # pixels: of the pictures in which asymmetry is looked for
FIT_ON, CHECKED = 6000, 1000  # real faces
NO_CAST = 0.5  # standard deviations of real faces' colours, given their brightness, within which none has a cast


def load_known(path: Path, part: str, most: int | None = None) -> Tensor:
    """Age in years and gender, 1 for male and -1 for female, (N, 2), in the order in which portraits are loaded."""
    archive = path / ARCHIVE if path.is_dir() else path
    with zipfile.ZipFile(archive) as files, files.open("index.csv") as raw:
        rows = sorted(csv.DictReader(io.TextIOWrapper(raw, "utf-8")), key=lambda row: row["file"])
    mine = [row for row in rows if row["file"].startswith(part + "/")][:most]
    return torch.tensor([[float(row["age"]), 1.0 if row["gender"] == "male" else -1.0] for row in mine])


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
    """Faces (N, 3, S, S) in [-1, 1] to (N, 9), in the order of :data:`ANSWERS`.

    Attributes:
        lines: weights and offset of each regression: age and gender from the classifier's features, turn from what is
            not symmetric, and what beard follows from gender.
    """

    classifier: nn.Module
    lines: dict[str, tuple[Tensor, Tensor]]

    def __call__(self, faces: Tensor) -> Tensor:
        features = self.classifier.features(as_heads(faces))
        logits = self.classifier.head(features)
        found = {name: logits[:, ATTRIBUTES.index(known)] for name, known in CLASSIFIED.items()}
        for name in ("age", "gender", "turn"):
            weights, offset = self.lines[name]
            found[name] = (lopsided(faces) if name == "turn" else features) @ weights + offset
        weights, offset = self.lines["beard"]
        found["beard"] = found["beard"] - found["gender"] * weights - offset
        middle = colours(faces)
        found |= {"light": light(faces), "brightness": middle.mean(1), "warmth": middle[:, 0] - middle[:, 2]}
        return torch.stack([found[name] for name in ANSWERS], 1)

    @classmethod
    def fit(cls, classifier: FaceClassifier, data: Path) -> tuple["Answers", dict[str, float]]:
        """Learned from training faces; and the correlation of each regression with what is known of the test faces."""
        found = []
        for part, most in (("train", FIT_ON), ("test", CHECKED)):
            faces = to_signed(load_portraits(data, part, most))
            with torch.inference_mode():
                features = torch.cat([classifier.features(as_heads(page)) for page in faces.split(200)])
            turns = torch.cat([measure_turn(page) for page in faces.split(200)])
            crooked = torch.cat([lopsided(page) for page in faces.split(200)])
            age, gender = load_known(data, part, most).unbind(1)
            found.append({"age": (features, age), "gender": (features, gender), "turn": (crooked, turns)})
        train, test = found
        lines = {name: ridge(x, y, 0.3 if name == "turn" else 0.03) for name, (x, y) in train.items()}
        features = train["gender"][0]
        gender = features @ lines["gender"][0] + lines["gender"][1]
        lines["beard"] = ridge(gender[:, None], classifier.head(features)[:, ATTRIBUTES.index("beard")], 0.0)
        agreement = {
            name: torch.corrcoef(torch.stack([x @ lines[name][0] + lines[name][1], y]))[0, 1].item()
            for name, (x, y) in test.items()
        }
        return cls(classifier, lines), agreement


def colours(faces: Tensor) -> Tensor:
    """Faces (N, 3, S, S) to the mean colour of their middle, (N, 3)."""
    side = faces.shape[2]
    return faces[:, :, side // 4 : -side // 4, side // 4 : -side // 4].mean((2, 3))


def cast(found: Tensor, real: Tensor) -> Tensor:
    """How much of a colour cast lies on faces of mean colours (N, 3), beside real ones (M, 3): (N,), 0 for none.

    How warm and how green they are, each beyond half a standard deviation of what real ones of that brightness are,
    either way: a cool skin counts as a warm one, a dark one as a pale one.
    """

    def axes(page: Tensor) -> tuple[Tensor, Tensor]:
        red, green, blue = page.unbind(1)
        return page.mean(1, keepdim=True) ** torch.arange(3), torch.stack([red - blue, green - (red + blue) / 2], 1)

    terms, known = axes(real)
    line = torch.linalg.lstsq(terms, known).solution
    deviation = (known - terms @ line).std(0)
    bright, seen = axes(found)
    return F.relu(((seen - bright @ line) / deviation).abs() - NO_CAST).sum(1)
