"""Ten thousand handwritten digits in one small picture: ``python -m gan_models.data.mnist_subset --data DIR``.

The first thousand of each class of MNIST's training set, in sixteen shades of grey, as a sheet of 100 x 100 digits
(2800 x 2800 pixels, four bits each). Rows 0 to 9 hold zeros, rows 10 to 19 ones, and so on. MNIST is by Yann LeCun,
Corinna Cortes and Christopher Burges, after NIST's databases, under CC BY-SA 3.0; so is this excerpt.
"""

import argparse
import os
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from torch import Tensor

from gan_models.core.errors import CheckpointError
from gan_models.data.mnist import load_mnist

PER_CLASS, SIDE, SHADES = 1000, 100, 16
SUBSET = Path(__file__).resolve().parents[2] / "checkpoints" / "mnist_subset.png"
NOTE = (
    "10,000 digits from the MNIST training set, 1,000 of each class in order, reduced to 16 grey levels. "
    "MNIST: Yann LeCun, Corinna Cortes, Christopher Burges; CC BY-SA 3.0, "
    "https://creativecommons.org/licenses/by-sa/3.0/. This sheet is under the same licence."
)


def write_sheet(images: Tensor, labels: Tensor, path: Path) -> None:
    """The first thousand of each class of uint8 ``images`` (N, 28, 28) as one PNG with the licence in it."""
    order = torch.cat([(labels == digit).nonzero()[:PER_CLASS, 0] for digit in range(10)])
    if len(order) != SIDE * SIDE:
        raise ValueError(f"need {PER_CLASS} digits of each class, found {len(order)} in all")
    shades = np.round(images[order].numpy() / 255 * (SHADES - 1)).astype(np.uint8)
    sheet = Image.fromarray(shades.reshape(SIDE, SIDE, 28, 28).swapaxes(1, 2).reshape(SIDE * 28, SIDE * 28), "P")
    sheet.putpalette([round(shade * 255 / (SHADES - 1)) for shade in range(SHADES) for _ in range(3)])
    about = PngInfo()
    about.add_text("Description", NOTE)
    partial = path.with_suffix(".partial")
    sheet.save(partial, "PNG", optimize=True, bits=4, pnginfo=about)
    partial.replace(path)


def load_subset(path: Path = SUBSET) -> tuple[Tensor, Tensor]:
    """Images (10000, 28, 28) uint8, 255 is full coverage, and labels (10000,) int64, in the order of the classes.

    Raises:
        CheckpointError: the sheet of digits is missing or damaged; the text says how to mend it.
    """
    try:
        with Image.open(path) as sheet:
            pixels = np.asarray(sheet.convert("L")).reshape(SIDE, 28, SIDE, 28).swapaxes(1, 2).reshape(-1, 28, 28)
    except (OSError, ValueError, SyntaxError) as error:
        raise CheckpointError(
            f"The real digits ({path.name}) are missing or damaged; fetch checkpoints/{path.name} again."
        ) from error
    return torch.from_numpy(pixels.copy()), torch.arange(10).repeat_interleave(PER_CLASS)


def load_digits() -> tuple[Tensor, Tensor]:
    """All of MNIST where the environment variable MNIST_DIR names a folder that has it, else the bundled subset."""
    folder = os.environ.get("MNIST_DIR")
    if folder:
        for place in (Path(folder), Path(folder) / "mnist"):
            if (place / "train-images-idx3-ubyte.gz").is_file():
                return load_mnist(place, train=True)
    return load_subset()


def main() -> None:
    """The command of this file's head."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(".data"), help="folder with MNIST")
    parser.add_argument("--out", type=Path, default=SUBSET)
    args = parser.parse_args()
    args.out.parent.mkdir(parents=True, exist_ok=True)
    write_sheet(*load_mnist(args.data, train=True), args.out)
    print(f"wrote {args.out}, {args.out.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
