"""Two kinds of pictures that nobody paired: ``horse2zebra.zip``, or any zip or folder with trainA and trainB in it.

Everything is kept in memory as uint8; random crops and flips are drawn from there.
"""

import io
import warnings
import zipfile
from pathlib import Path, PurePosixPath

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageOps
from torch import Tensor

PARTS = ("trainA", "trainB", "testA", "testB")
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff"}


def load_part(path: Path, part: str, size: int = 256) -> Tensor:
    """The pictures of one of :data:`PARTS`, in the order of their names: (N, 3, size, size) uint8, RGB.

    The shorter side is brought to ``size``, the middle is kept, and a photograph that was taken sideways is turned
    upright. Files that are no pictures are left out, with a warning. A missing test part gives no pictures, N = 0.

    Args:
        path: a zip, a folder with the four parts in it, or a folder with one such zip.

    Raises:
        FileNotFoundError: no such place, or no picture in a training part; the text names what was looked for.
    """
    pages, bad = [], 0
    for data in read_files(find_place(path), part):
        try:
            with Image.open(io.BytesIO(data)) as picture:
                upright = ImageOps.exif_transpose(picture).convert("RGB")
            pages.append(np.asarray(ImageOps.fit(upright, (size, size), Image.Resampling.LANCZOS)))
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            bad += 1
    if bad:
        warnings.warn(f"{bad} files in {part} are no pictures that can be read; they were left out", stacklevel=2)
    if not pages and part.startswith("train"):
        raise FileNotFoundError(f"{path} holds no pictures in {part}/: give --data a folder or zip with {part}")
    stacked = np.stack(pages) if pages else np.zeros((0, size, size, 3), np.uint8)
    return torch.from_numpy(stacked).permute(0, 3, 1, 2).contiguous()


def find_place(path: Path) -> Path:
    """The zip or the folder that holds the parts."""
    if path.is_file() or (path.is_dir() and any((path / part).is_dir() for part in PARTS)):
        return path
    named, zips = path / "horse2zebra.zip", sorted(path.glob("*.zip"))
    if named.is_file() or len(zips) == 1:
        return named if named.is_file() else zips[0]
    raise FileNotFoundError(f"{path} is neither a zip nor a folder with trainA and trainB in it")


def read_files(place: Path, part: str):
    """Yield the bytes of each picture file whose folder is named ``part``, sorted by name."""
    if place.is_dir():
        for file in sorted((place / part).glob("*")):
            if file.suffix.lower() in SUFFIXES:
                yield file.read_bytes()
        return
    with zipfile.ZipFile(place) as archive:
        for name in sorted(archive.namelist()):
            inside = PurePosixPath(name)
            if inside.parent.name == part and inside.suffix.lower() in SUFFIXES:
                yield archive.read(name)


def to_signed(pictures: Tensor) -> Tensor:
    """(N, 3, H, W) uint8 to float32 in [-1, 1], channels last."""
    return pictures.float().div_(127.5).sub_(1).contiguous(memory_format=torch.channels_last)


def draw_crops(pictures: Tensor, count: int, size: int, window: tuple[float, float], random: torch.Generator) -> Tensor:
    """``count`` random crops (count, 3, size, size) in [-1, 1] of uint8 pictures (N, 3, S, S), half of them mirrored.

    ``window`` bounds the crop's side before it is resized, as a share of S: (0.9, 1) shows nearly whole pictures,
    (0.5, 1) comes closer. All crops of one call share one side.
    """
    side = pictures.shape[-1]
    low, high = (max(1, round(share * side)) for share in window)
    cut = int(torch.randint(low, high + 1, (), generator=random))
    which = torch.randint(len(pictures), (count,), generator=random).tolist()
    corners = torch.randint(side - cut + 1, (count, 2), generator=random).tolist()
    mirrored = torch.rand(count, generator=random) < 0.5
    found = [pictures[n, :, y : y + cut, x : x + cut] for n, (y, x) in zip(which, corners, strict=True)]
    crops = torch.stack([crop.flip(2) if turn else crop for crop, turn in zip(found, mirrored.tolist(), strict=True)])
    crops = crops.float()
    if cut != size:
        crops = F.interpolate(crops, size=(size, size), mode="bilinear", antialias=True, align_corners=False)
    return crops.div_(127.5).sub_(1).contiguous(memory_format=torch.channels_last)


class ImagePool:
    """The last translations, so that a discriminator does not forget what it once saw through (Shrivastava et al.,
    2017).

    Args:
        size: how many are kept; 0 keeps none and gives back what comes.
    """

    def __init__(self, size: int, random: torch.Generator):
        self.size, self.random = size, random
        self.kept: list[Tensor] = []

    def swap(self, pictures: Tensor) -> Tensor:
        """As many pictures (N, 3, H, W): each is, by the toss of a coin, the new one or an older one it replaces."""
        if not self.size:
            return pictures
        given = []
        for new in pictures.detach():
            if len(self.kept) < self.size:
                self.kept.append(new.clone())
                given.append(new)
            elif torch.rand((), generator=self.random) < 0.5:
                place = int(torch.randint(self.size, (), generator=self.random))
                given.append(self.kept[place].to(new.device))
                self.kept[place] = new.clone()
            else:
                given.append(new)
        return torch.stack(given).contiguous(memory_format=torch.channels_last)

    def state_dict(self) -> dict[str, Tensor]:
        """What is kept, by place."""
        return {str(place): picture for place, picture in enumerate(self.kept)}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """The inverse of :meth:`state_dict`."""
        self.kept = [state[str(place)] for place in range(len(state))]
