"""Grey photographs in colour: the network sees them small, and their light keeps every pixel that it had."""

import cv2
import numpy as np
import torch
from PIL import Image
from torch import Tensor

from gan_models.core.device import compute
from gan_models.core.errors import BadRequest
from gan_models.core.pictures import opaque
from gan_models.core.values import read_quantity
from gan_models.data.paired_data import light_of
from gan_models.pix2pix.blended import Blended

MOST_PIXELS = 40_000_000
MOST_ANSWERS = 8
LONGEST = 3  # the network's picture is at most so many times as long as wide
RADIUS, SOFTNESS = 4, 4e-4  # of the window in which colour is a ramp of light, in the network's pixels; its ridge
STRIP = 2**20  # pixels that are coloured at once
RED, GREEN, BLUE = 0.299, 0.587, 0.114  # their shares in the light (ITU-R BT.601)


class Colourist(Blended):
    """A generator that knows what tends to have which colour, and its twin. PIL pictures and numbers in and out."""

    def colour(self, image: Image.Image, strength: float = 1.0, seed: int = 0) -> Image.Image:
        """The photograph in colours that it may have had.

        Its light is kept to the last pixel: ``made.convert("L")`` is what ``image`` gives. Colours that it had do not
        matter. The mode is RGB, or RGBA where the picture has transparency.

        Args:
            image: any size up to 40 million pixels, any mode.
            strength: 1 is the GAN's answer, 0 that of the twin that never met a discriminator, which is paler; between
                them the weights are blended.
            seed: picks one of the tints of :attr:`palette`.

        Raises:
            BadRequest: no picture, or too large a one.
        """
        return self.answers(image, [seed], strength)[0]

    def answers(self, image: Image.Image, seeds: list[int], strength: float = 1.0) -> list[Image.Image]:
        """:meth:`colour` for one to eight seeds at once."""
        light = light_from(image)
        made = [Image.fromarray(with_colours(light, ramps)) for ramps in self.ramps(light, seeds, strength)]
        if image.has_transparency_data:
            for page in made:
                page.putalpha(image.convert("RGBA").getchannel("A"))
        return made

    @torch.inference_mode()
    def ramps(self, light: np.ndarray, seeds: list[int], strength: float = 1.0) -> np.ndarray:
        """What :func:`with_colours` needs: (N, h, w, 4) float32, one a seed, at the network's size.

        Args:
            light: (H, W) uint8.
            seeds, strength: as for :meth:`colour`; one to eight seeds.
        """
        if not 0 < len(seeds) <= MOST_ANSWERS:
            raise BadRequest(f"Ask for 1 to {MOST_ANSWERS} colourings at once.")
        network = self.blend(read_quantity(strength, 0, 1, "Strength"))
        size = network_size(light.shape[1], light.shape[0], self.subject.size, network.multiple)
        small = np.asarray(Image.fromarray(light).resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0))
        seen = torch.from_numpy(small.astype(np.float32) / 255)[None, None].expand(len(seeds), -1, -1, -1)
        made = compute(
            network, self.device, seen.contiguous(memory_format=torch.channels_last), self.aims(seeds), busy=self._busy
        )
        return np.stack([ramps_of(small.astype(np.float32) / 255, page) for page in offsets(made)])


def light_from(image: object) -> np.ndarray:
    """The light of a picture, (H, W) uint8, its colours and its transparency left out. Raises BadRequest."""
    if not isinstance(image, Image.Image) or min(image.size) < 1:
        raise BadRequest("There is no picture yet; choose one.")
    if image.width * image.height > MOST_PIXELS:
        raise BadRequest(f"A picture has at most {MOST_PIXELS // 1_000_000} million pixels; save it smaller.")
    return np.asarray(image if image.mode == "L" else opaque(image).convert("L"))


def network_size(width: int, height: int, size: int, multiple: int) -> tuple[int, int]:
    """Width and height of the copy that the network sees: the shorter side has ``size`` pixels, both a ``multiple``."""
    shorter = min(width, height)
    return tuple(
        multiple * round(min(LONGEST * size, max(size, size * side / shorter)) / multiple) for side in (width, height)
    )


def offsets(made: Tensor) -> np.ndarray:
    """How far red and blue of pictures (N, 3, h, w) in [-1, 1] lie above their light: (N, h, w, 2), 1 for all 255."""
    return (made - light_of(made))[:, ::2].permute(0, 2, 3, 1).numpy() / 2


def ramps_of(light: np.ndarray, away: np.ndarray) -> np.ndarray:
    """Colour as a ramp of light at each place, so that it ends where the light has an edge, at any size.

    A guided filter (He et al., 2013), taken at a small size and read at a large one (He and Sun, 2015).

    Args:
        light: (h, w) float32 from 0 to 1.
        away: (h, w, 2) float32, see :func:`offsets`.

    Returns:
        (h, w, 4): the slopes of red's and blue's offset over the light, then where they start.
    """

    def mean(page: np.ndarray) -> np.ndarray:
        return cv2.boxFilter(page, -1, (2 * RADIUS + 1, 2 * RADIUS + 1), borderType=cv2.BORDER_REFLECT_101)

    around, colours = mean(light)[..., None], mean(away)
    spread = mean(light * light)[..., None] - around**2
    slopes = (mean(away * light[..., None]) - around * colours) / (spread + SOFTNESS)
    return mean(np.concatenate([slopes, colours - slopes * around], 2).astype(np.float32))


def with_colours(light: np.ndarray, ramps: np.ndarray) -> np.ndarray:
    """A light (H, W) uint8 in the colours that ``ramps`` (h, w, 4) give it: (H, W, 3) uint8.

    Where red, green or blue would leave their range the colour is paler, and the light stays what it was: red and
    blue are rounded first, and green makes up for it.
    """
    height, width = light.shape
    made = np.empty((height, width, 3), np.uint8)
    at = np.clip((np.arange(height) + 0.5) * len(ramps) / height - 0.5, 0, len(ramps) - 1)
    above, share = at.astype(int), (at % 1).astype(np.float32)[:, None, None]
    below = np.minimum(above + 1, len(ramps) - 1)
    for rows in np.array_split(np.arange(height), -(-height * width // STRIP)):
        wanted = ramps[above[rows]] * (1 - share[rows]) + ramps[below[rows]] * share[rows]
        wanted = cv2.resize(wanted, (width, len(rows)), interpolation=cv2.INTER_LINEAR)
        page = light[rows].astype(np.float32)
        red, blue = (wanted[..., k] * page + 255 * wanted[..., k + 2] for k in (0, 1))
        green = -(RED * red + BLUE * blue) / GREEN
        room = np.ones_like(page)
        for part in (red, green, blue):
            np.minimum(room, np.where(part > 0, 255 - page, page) / np.maximum(np.abs(part), 1e-6), out=room)
        red, blue = ((page + room * part).round() for part in (red, blue))
        green = ((page - RED * red - BLUE * blue) / GREEN).round()
        made[rows] = np.stack([red, green, blue], 2).clip(0, 255).astype(np.uint8)
    return made
