"""Thousands of handwritten digits, or of clothes, each in one small picture.

``python -m gan_models.data.mnist_subsets digits --data DIR`` writes the sheet of digits from MNIST, ``clothing`` that
of clothes from Fashion-MNIST: the first of each class of the training set, in sixteen shades of grey (four bits a
pixel), a hundred a row, class after class.
"""

import argparse
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from torch import Tensor

from gan_models.core.errors import CheckpointError
from gan_models.data.mnist import CLASSES, load_mnist

COLUMNS, SHADES = 100, 16
CHECKPOINTS = Path(__file__).resolve().parents[2] / "checkpoints"


@dataclass(frozen=True)
class Subset:
    """Pictures of ten kinds, 28x28 pixels of one channel, of which some ship.

    Attributes:
        source: the data set, as its folder is called.
        title: as the page calls it. ``one`` and ``many``: what is in a picture, in words.
        names: of the kinds, in the order of their numbers.
        per_class: how many of each kind ship, a multiple of ten.
        note: what the file says of itself.
    """

    source: str
    title: str
    one: str
    many: str
    names: tuple[str, ...]
    per_class: int
    note: str

    @property
    def path(self) -> Path:
        """The sheet that ships."""
        return CHECKPOINTS / f"{self.source.replace('-', '_')}_subset.png"

    def write(self, images: Tensor, labels: Tensor, path: Path) -> None:
        """The first of each class of uint8 ``images`` (N, 28, 28) as one PNG with the licence in it."""
        order = torch.cat([(labels == kind).nonzero()[: self.per_class, 0] for kind in range(CLASSES)])
        if len(order) != CLASSES * self.per_class:
            raise ValueError(f"need {self.per_class} {self.many} of each class, found {len(order)} in all")
        shades = np.round(images[order].numpy() / 255 * (SHADES - 1)).astype(np.uint8)
        rows = len(order) // COLUMNS
        pixels = shades.reshape(rows, COLUMNS, 28, 28).swapaxes(1, 2).reshape(rows * 28, COLUMNS * 28)
        sheet = Image.fromarray(pixels, "P")
        sheet.putpalette([round(shade * 255 / (SHADES - 1)) for shade in range(SHADES) for _ in range(3)])
        about = PngInfo()
        about.add_text("Description", self.note)
        partial = path.with_suffix(".partial")
        sheet.save(partial, "PNG", optimize=True, bits=4, pnginfo=about)
        partial.replace(path)

    def load(self, path: Path | None = None) -> tuple[Tensor, Tensor]:
        """Images (N, 28, 28) uint8, 255 is full coverage, and labels (N,) int64, in the order of the classes.

        Raises:
            CheckpointError: the sheet is missing or damaged; the text says how to mend it.
        """
        path = path or self.path
        try:
            with Image.open(path) as sheet:
                pixels = np.asarray(sheet.convert("L")).reshape(self.per_class * CLASSES // COLUMNS, 28, COLUMNS, 28)
        except (OSError, ValueError, SyntaxError) as error:
            raise CheckpointError(
                f"The real {self.many} ({path.name}) are missing or damaged; fetch checkpoints/{path.name} again."
            ) from error
        images = torch.from_numpy(pixels.swapaxes(1, 2).reshape(-1, 28, 28).copy())
        return images, torch.arange(CLASSES).repeat_interleave(self.per_class)

    def load_all(self) -> tuple[Tensor, Tensor]:
        """The whole training set where the environment variable MNIST_DIR names a folder with it, else the sheet."""
        folder = Path(os.environ.get("MNIST_DIR") or CHECKPOINTS)
        places = [folder / self.source] + [folder] * (self is DIGITS)
        there = any((place / "train-images-idx3-ubyte.gz").is_file() for place in places)
        return load_mnist(folder, train=True, source=self.source) if there else self.load()


DIGITS = Subset(
    "mnist",
    "Digits",
    "digit",
    "digits",
    tuple("0123456789"),
    1000,
    "10,000 digits from the MNIST training set, 1,000 of each class in order, reduced to 16 grey levels. "
    "MNIST: Yann LeCun, Corinna Cortes, Christopher Burges; CC BY-SA 3.0, "
    "https://creativecommons.org/licenses/by-sa/3.0/. This sheet is under the same licence.",
)
CLOTHING = Subset(
    "fashion-mnist",
    "Clothing",
    "garment",
    "clothes",
    ("T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"),
    500,
    "5,000 pictures from the Fashion-MNIST training set, 500 of each class in order, reduced to 16 grey levels. "
    "Fashion-MNIST: Han Xiao, Kashif Rasul, Roland Vollgraf; The MIT License (MIT), Copyright (c) 2017 Zalando SE, "
    "https://tech.zalando.com. Permission is hereby granted, free of charge, to any person obtaining a copy of this "
    'software and associated documentation files (the "Software"), to deal in the Software without restriction, '
    "including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell "
    "copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the "
    "following conditions: The above copyright notice and this permission notice shall be included in all copies or "
    'substantial portions of the Software. THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR '
    "IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND "
    "NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER "
    "LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE "
    "SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.",
)
SUBSETS = {"digits": DIGITS, "clothing": CLOTHING}


def main() -> None:
    """The command of this file's head."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("which", choices=SUBSETS)
    parser.add_argument("--data", type=Path, default=Path(".data"), help="folder with MNIST or Fashion-MNIST")
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    subset = SUBSETS[args.which]
    out = args.out or subset.path
    out.parent.mkdir(parents=True, exist_ok=True)
    subset.write(*load_mnist(args.data, train=True, source=subset.source), out)
    print(f"wrote {out}, {out.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
