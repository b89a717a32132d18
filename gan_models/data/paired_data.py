"""Pictures in pairs, side by side in one file: ``facades.zip``, ``edges2things128.zip``, any zip or folder of pairs.

Everything is kept in memory as uint8; crops, flips and other sketches of a drawing are drawn from there. What stands
beside the picture is a *drawing* (dark lines on white), a map of *labels*, or a *picture* of any kind. A *grey* picture
needs no partner: any photographs will do, and each is told what it is without its colours.
"""

import io
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageOps
from torch import Tensor

from gan_models.data.labels import LABELS, read_labels
from gan_models.data.photographs import read_mixture, read_pictures
from gan_models.data.sketches import VARIANTS, sketches_of

# What a network is told of each place: so many channels.
KINDS = {"drawing": 1, "labels": len(LABELS), "picture": 3, "grey": 1}
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp"}


@dataclass(frozen=True)
class Pairs:
    """Pairs in memory.

    Attributes:
        kind: one of :data:`KINDS`.
        inputs: uint8 (N, V, S, S) ink of V sketches of one picture, (N, 1, S, S) label numbers or light, or
            (N, 3, S, S).
        pictures: (N, 3, S, S) uint8.
        colours: (N, 3) in [-1, 1], see :func:`colour_of`; of grey pictures, see :func:`tint_of`.
    """

    kind: str
    inputs: Tensor
    pictures: Tensor
    colours: Tensor

    def __len__(self) -> int:
        return len(self.pictures)

    def whole(self, which: slice | Tensor = slice(None)) -> tuple[Tensor, Tensor, Tensor]:
        """Inputs as a network takes them, colours, and pictures in [-1, 1], nothing varied; a drawing as it is."""
        inputs = self.inputs[which, :1] if self.kind == "drawing" else self.inputs[which]
        pictures = self.pictures[which].float().div_(127.5).sub_(1)
        return as_channels(self.kind, inputs), self.colours[which], pictures


def load_pairs(path: Path, part: str, kind: str, size: int = 256, input_side: str = "left", seed: int = 0) -> Pairs:
    """The pairs in the folder ``part`` (``train`` or ``test``) of a zip or a folder, in the order of their names.

    Each file is twice as wide as high. Where there are no such folders, all files are read, every tenth for ``test``.
    Files that are no pictures are left out, with a warning.

    Args:
        kind: one of :data:`KINDS`. A drawing comes with :data:`gan_models.data.sketches.VARIANTS` sketches after it
            where ``part`` is ``train``.
        size: the side in pixels to which both pictures are brought.
        input_side: where the input stands, ``left`` or ``right``.

    Raises:
        FileNotFoundError: no such place, or no pair in it; the text names what was looked for.
    """
    if kind == "grey":
        return load_grey(path, part, size)
    inputs, pictures, bad = [], [], 0
    random = np.random.default_rng(seed)
    for data in read_files(path, part):
        try:
            with Image.open(io.BytesIO(data)) as both:
                left, right = halves(ImageOps.exif_transpose(both).convert("RGB"))
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            bad += 1
            continue
        given, picture = (left, right) if input_side == "left" else (right, left)
        page = np.asarray(picture.resize((size, size), Image.Resampling.LANCZOS))
        pictures.append(page)
        inputs.append(read_input(given, kind, size, page if part == "train" else None, random))
    if bad:
        warnings.warn(f"{bad} files in {path} are no pictures that can be read; they were left out", stacklevel=2)
    if not pictures:
        raise FileNotFoundError(f"{path} holds no pairs to {part}: give --data a folder or zip of pairs side by side")
    stacked = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).contiguous()
    return Pairs(kind, torch.from_numpy(np.stack(inputs)), stacked, colour_of(stacked))


def load_grey(path: Path, part: str, size: int) -> Pairs:
    """The middle squares of photographs, every tenth for ``test``, and their light.

    ``path`` is any folder or zip of pictures, or the folder with :data:`gan_models.data.photographs.MIXTURE`'s files.

    Raises:
        FileNotFoundError: no picture there.
    """
    found = [p for group, _ in read_mixture(path) for p in group] if path.is_dir() else []
    found = [p for k, p in enumerate(found or read_pictures(path)) if (k % 10 == 9) == (part == "test")]
    if not found:
        raise FileNotFoundError(f"{path} holds no photographs to {part}: give --data a folder or zip of pictures")
    squares = [np.asarray(ImageOps.fit(p.convert("RGB"), (size, size), Image.Resampling.LANCZOS)) for p in found]
    pictures = torch.from_numpy(np.stack(squares)).permute(0, 3, 1, 2).contiguous()
    return Pairs("grey", light_of(pictures.float()).round().to(torch.uint8), pictures, tint_of(pictures))


def light_of(pictures: Tensor) -> Tensor:
    """The light (N, 1, H, W) of pictures (N, 3, H, W), red, green and blue in any one range: ITU-R BT.601's sum."""
    return (pictures * pictures.new_tensor([0.299, 0.587, 0.114]).view(3, 1, 1)).sum(1, keepdim=True)


def with_light(made: Tensor, inputs: Tensor) -> Tensor:
    """Pictures (N, 3, H, W) in [-1, 1] with the light of ``inputs`` (N, 1, H, W), in [0, 1], instead of their own."""
    return made + (inputs * 2 - 1 - light_of(made))


def tint_of(pictures: Tensor) -> Tensor:
    """What is told of the colours of pictures (N, 3, H, W) uint8, (N, 3) in [-1, 1]: how far red and blue lie above the
    light, both four times, and how colourful they are, from -1 for grey. All are means over the picture."""
    shades = pictures.float() / 127.5 - 1
    away = (shades - light_of(shades))[:, ::2]  # of red and of blue; green follows from them
    tint = torch.cat([4 * away.mean((2, 3)), 4 * away.norm(dim=1).mean((1, 2), keepdim=False)[:, None] - 1], 1)
    return tint.clamp(-1, 1)


def read_input(given: Image.Image, kind: str, size: int, page: np.ndarray | None, random) -> np.ndarray:
    """One input as :class:`Pairs` keeps it; ``page`` (S, S, 3) is the picture where sketches are wanted."""
    if kind == "labels":
        return read_labels(given, size)[None]
    small = given.resize((size, size), Image.Resampling.LANCZOS)
    if kind == "picture":
        return np.asarray(small).transpose(2, 0, 1)
    ink = 255 - np.asarray(small.convert("L"))
    return np.stack([ink, *(sketches_of(ink, page, random, VARIANTS) if page is not None else [])])


def halves(both: Image.Image) -> tuple[Image.Image, Image.Image]:
    """The left and the right half of a picture."""
    middle = both.width // 2
    return both.crop((0, 0, middle, both.height)), both.crop((middle, 0, 2 * middle, both.height))


def read_files(path: Path, part: str):
    """Yield the bytes of each picture file of a part, sorted by name."""
    if path.is_dir():
        found = {str(file.relative_to(path)): file.read_bytes for file in path.rglob("*") if file.is_file()}
        yield from pick(found, part)
    elif path.is_file():
        with zipfile.ZipFile(path) as archive:
            yield from pick({name: lambda name=name: archive.read(name) for name in archive.namelist()}, part)
    else:
        raise FileNotFoundError(f"{path} is missing: give --data a folder or zip of pairs side by side")


def pick(found: dict, part: str):
    """Of named files, the contents of those that belong to a part."""
    names = sorted(n for n in found if PurePosixPath(n).suffix.lower() in SUFFIXES)
    if any(PurePosixPath(n).parent.name == "train" for n in names):
        names = [n for n in names if PurePosixPath(n).parent.name == part]
    else:
        names = [n for index, n in enumerate(names) if (index % 10 == 9) == (part == "test")]
    for name in names:
        yield found[name]()


def colour_of(pictures: Tensor) -> Tensor:
    """The mean colour (N, 3) in [-1, 1] of what is not nearly white paper in pictures (N, 3, H, W) uint8."""
    thing = (pictures.amin(1, keepdim=True) < 245).float()
    total = (pictures.float() * thing).sum((2, 3)) / thing.sum((2, 3)).clamp_min(1)
    return torch.where(thing.sum((2, 3)) > 0, total / 127.5 - 1, 1.0)


def as_channels(kind: str, inputs: Tensor) -> Tensor:
    """Inputs as :class:`Pairs` keeps them, one a picture, as a network takes them: (N, C, H, W) float in [0, 1]."""
    if kind == "labels":
        return F.one_hot(inputs[:, 0].long(), len(LABELS)).permute(0, 3, 1, 2).float()
    return inputs.float() / 255


def draw_pairs(
    pairs: Pairs, which: Tensor, size: int, window: tuple[float, float], random: torch.Generator
) -> tuple[Tensor, Tensor, Tensor]:
    """Random crops of the pairs ``which`` (N,): inputs (N, C, size, size), colours (N, 3), pictures in [-1, 1].

    Half of them are mirrored; of a drawing's sketches one is drawn at random.

    ``window`` bounds the side of what is seen, as a share of the pair's: (0.5, 0.6) are crops of about half of it,
    above 1 the thing is small on white paper, which only drawings allow. All pairs of one call share one side.
    """
    side = pairs.pictures.shape[-1]
    low, high = (max(1, round(share * side)) for share in window)
    cut = int(torch.randint(low, high + 1, (), generator=random))
    inputs, pictures = [], []
    for n in which.tolist():
        variant = int(torch.randint(pairs.inputs.shape[1], (), generator=random)) if pairs.kind == "drawing" else 0
        given = pairs.inputs[n, variant : variant + 1] if pairs.kind == "drawing" else pairs.inputs[n]
        y, x = torch.randint(abs(side - cut) + 1, (2,), generator=random).tolist()
        mirrored = bool(torch.rand((), generator=random) < 0.5)
        for page, found, paper in ((given, inputs, 0), (pairs.pictures[n], pictures, 255)):
            seen = window_of(page, y, x, cut, paper)
            found.append(seen.flip(2) if mirrored else seen)
    given, seen = torch.stack(inputs), torch.stack(pictures).float()
    if cut != size:
        way = {"mode": "bilinear", "antialias": True}
        seen = F.interpolate(seen, size=(size, size), **way)
        if pairs.kind == "labels":
            given = F.interpolate(given, size=(size, size), mode="nearest-exact")
        else:
            given = F.interpolate(given.float(), size=(size, size), **way)
    channels = as_channels(pairs.kind, given).clamp_(0, 1)
    return channels, pairs.colours[which], seen.div_(127.5).sub_(1).clamp_(-1, 1)


def window_of(page: Tensor, y: int, x: int, cut: int, paper: int) -> Tensor:
    """A square (C, cut, cut) of a page (C, S, S) at (y, x); one larger than the page has the page there, on paper."""
    side = page.shape[-1]
    if cut <= side:
        return page[:, y : y + cut, x : x + cut]
    wide = page.new_full((len(page), cut, cut), paper)
    wide[:, y : y + side, x : x + side] = page
    return wide
