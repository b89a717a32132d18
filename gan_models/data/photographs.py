"""Sharp photographs in memory, each with its copy at a quarter of the size: what super-resolution learns from."""

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from gan_models.data.unpaired_data import SUFFIXES, to_signed

MIXTURE = {  # file -> folder in it, share of the crops, most pictures kept, part of the width that is photograph
    "superres.zip": ("train/", 0.64, 1000, 1.0),
    "horse2zebra.zip": ("train", 0.14, 600, 1.0),
    "facades.zip": ("train/", 0.06, 200, 0.5),
    "flowers128.zip": ("train/", 0.08, 800, 1.0),
    "faces128.zip": ("train/", 0.08, 800, 1.0),
}


def read_mixture(path: Path) -> list[tuple[list[Image.Image], float]]:
    """The files of :data:`MIXTURE` that lie in the folder ``path``: pictures, and how often one of them is wanted."""
    found = []
    for file, (folder, share, most, part) in MIXTURE.items():
        if (path / file).is_file():
            pictures = read_pictures(path / file, folder, most)
            found.append(([p.crop((0, 0, int(p.width * part), p.height)) for p in pictures], share))
    return found


@dataclass(frozen=True)
class Pair:
    """A photograph (3, 4H, 4W) and its small copy (3, H, W), both uint8."""

    large: Tensor
    small: Tensor


def make_pair(picture: Image.Image, factor: int = 4) -> Pair:
    """The picture, cut to a multiple of ``factor``, and its copy made small by antialiased bicubic filtering."""
    width, height = (side - side % factor for side in picture.size)
    large = picture.convert("RGB").crop((0, 0, width, height))
    small = large.resize((width // factor, height // factor), Image.Resampling.BICUBIC)
    return Pair(*(torch.from_numpy(np.array(p)).permute(2, 0, 1).contiguous() for p in (large, small)))


def read_pictures(place: Path, folder: str = "", most: int | None = None) -> list[Image.Image]:
    """The pictures of a zip, or of a folder and all below it, whose path starts with ``folder``.

    Sorted by name; where there are more than ``most``, evenly spaced ones.
    """
    if place.is_dir():
        names = sorted(p.relative_to(place).as_posix() for p in place.rglob("*") if p.suffix.lower() in SUFFIXES)
        return [Image.open(place / name) for name in spaced([n for n in names if n.startswith(folder)], most)]
    with zipfile.ZipFile(place) as archive:
        names = sorted(n for n in archive.namelist() if Path(n).suffix.lower() in SUFFIXES and n.startswith(folder))
        return [Image.open(io.BytesIO(archive.read(name))) for name in spaced(names, most)]


def spaced(names: list[str], most: int | None) -> list[str]:
    """At most so many of the names, evenly spaced; all of them without a limit."""
    return names if not most or len(names) <= most else [names[k * len(names) // most] for k in range(most)]


class Photographs:
    """Pairs to draw crops from.

    Args:
        groups: lists of pairs.
        shares: how often a crop comes from each group, in any unit.
    """

    def __init__(self, groups: list[list[Pair]], shares: list[float]):
        self.groups, self.shares = groups, torch.tensor(shares)

    @classmethod
    def load(cls, path: Path) -> "Photographs":
        """The files of :data:`MIXTURE` that lie in the folder ``path``, or else every picture of a folder or zip.

        Raises:
            FileNotFoundError: no picture there.
        """
        groups, shares = [], []
        for pictures, share in read_mixture(path):
            groups.append([make_pair(p) for p in pictures])
            shares.append(share)
        if not groups:
            groups, shares = [[make_pair(p) for p in read_pictures(path)]], [1.0]
        if not any(groups):
            raise FileNotFoundError(f"{path} holds no photographs: give --data a folder or zip of pictures")
        return cls(groups, shares)

    def draw(self, count: int, side: int, random: torch.Generator) -> tuple[Tensor, Tensor]:
        """Random crops: small (count, 3, side, side) and large (count, 3, 4 side, 4 side), float32 in [-1, 1].

        Each is turned by a multiple of 90 degrees and mirrored at random.
        """
        smalls, larges = [], []
        for group in torch.multinomial(self.shares, count, replacement=True, generator=random).tolist():
            pairs = self.groups[group]
            pair = pairs[int(torch.randint(len(pairs), (), generator=random))]
            factor = pair.large.shape[1] // pair.small.shape[1]
            top, left = (int(torch.randint(n - side + 1, (), generator=random)) for n in pair.small.shape[1:])
            quarter, mirror = torch.randint(4, (2,), generator=random).tolist()
            for pages, page, unit in ((smalls, pair.small, 1), (larges, pair.large, factor)):
                cut = page[:, top * unit : (top + side) * unit, left * unit : (left + side) * unit].rot90(
                    quarter, (1, 2)
                )
                pages.append(cut.flip(2) if mirror % 2 else cut)
        return to_signed(torch.stack(smalls)), to_signed(torch.stack(larges))
