"""Fill holes in photographs of faces: find the square, fill it at the network's size, put it back into the hole."""

import threading

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

from gan_models.core.device import compute
from gan_models.core.errors import BadRequest
from gan_models.core.face_finder import Face, Frame, find_faces, whole_if_near
from gan_models.core.latents import seeded_noise
from gan_models.core.pictures import to_rgb
from gan_models.core.precision import choose_precision, sample_picture
from gan_models.core.store import load_network
from gan_models.inpainting.checkpoints import CHECKPOINTS
from gan_models.inpainting.cut_and_paste import Hole, cut, finish, pixels
from gan_models.inpainting.naive_fills import naive_fill
from gan_models.inpainting.networks import composite
from gan_models.inpainting.uncrop import read_sides, widen

MOST_VARIANTS = 8
MOST_HOLE = 0.92  # of the square that the network sees


class Inpainter:
    """A generator that fills holes in faces, and a discriminator of patches. Numbers and PIL pictures in and out.

    Args:
        generator: pictures, masks (and noise, where it has ``z_dim``) to whole pictures of ``generator.resolution``.
        discriminator: pictures (N, 3, 128, 128) to a map of logits.
        located: where the weights came from.
    """

    def __init__(self, generator: nn.Module, discriminator: nn.Module, device: torch.device, located):
        layout = torch.channels_last if device.type == "cpu" else torch.preserve_format
        self.generator = generator.to(device, memory_format=layout).eval()
        self.discriminator = discriminator.to(device, memory_format=layout).eval()
        self.device, self.located = device, located
        self._busy = threading.Lock()  # one forward pass at a time: two would only fight for the same cores
        self.resolution, self.z_dim = generator.resolution, generator.z_dim
        hole = torch.zeros(1, 1, self.resolution, self.resolution)
        hole[..., self.resolution // 3 : self.resolution // 2, :] = 1
        noise = (seeded_noise([0], self.z_dim),) if self.z_dim else ()
        choose_precision(self.generator, device, sample_picture(self.resolution), hole, *noise)

    def inpaint(self, image: Image.Image, mask: Image.Image, seed: int = 0) -> Image.Image:
        """The picture with its hole filled; pixels outside the hole are those of ``image``, byte for byte.

        The network knows faces and nothing else. A hole that touches none is filled smoothly, by Telea's method (2004).

        Args:
            image: any size. The result has its mode where that is L, RGB or RGBA (alpha is kept), else RGB.
            mask: mode L or 1, the picture's size; white is the hole.
            seed: another seed, another filling.

        Raises:
            BadRequest: no hole, nothing but hole, or a mask of another size or mode.
        """
        return self.variants(image, mask, [seed])[0]

    def variants(
        self, image: Image.Image, mask: Image.Image, seeds: list[int], frame: Frame | None = None
    ) -> list[Image.Image]:
        """One filling a seed, in one batch, at most 8; see :meth:`inpaint`.

        ``frame`` is a hand-set square, taken for a face; left out, it is that of the face that the hole touches most.
        """
        hole = self.prepare(image, mask, frame)
        return [finish(image, hole, filled) for filled in self.fill(hole, seeds)]

    def uncrop(
        self, image: Image.Image, left: float = 0.25, right: float = 0.25, top: float = 0.0, bottom: float = 0.0,
        seed: int = 0,
    ) -> Image.Image:  # fmt: skip
        """The picture with what may lie beyond its edges, mode RGB; its own pixels stay as they are.

        Near an edge it is mirrored; farther out the network's picture takes over, which knows faces and nothing else.
        A face that an edge cuts off is the network's from the edge on.

        Args:
            image: any mode; what is transparent is laid on white.
            left, right, top, bottom: how much is added, in shares of the width or height, at most a quarter each.
            seed: another seed, another guess.

        Raises:
            BadRequest: nothing is to be added, or the result would have more than 16.7 million pixels.
        """
        return widen(self, image, read_sides(image.size, left, right, top, bottom), seed).mixed()

    def prepare(self, image: Image.Image, mask: Image.Image, frame: Frame | None = None) -> Hole:
        """Check a request and cut out what the network will see. Raises as :meth:`inpaint`."""
        return self.hole_in(image, read_mask(mask, image.size), frame)

    def hole_in(self, image: Image.Image, area: np.ndarray, frame: Frame | None = None) -> Hole:
        """:meth:`prepare` for a mask that is read already, (H, W) bool."""
        picture = image if image.mode == "RGB" else to_rgb(image)
        if not area.any():
            raise BadRequest("Nothing is masked yet; brush over the part that should come back different.")
        face = frame or face_under(faces_in(picture), area)
        frame = face or surroundings(area)
        seen, hole = cut(picture, area, frame, self.resolution)
        if not hole.any():
            raise BadRequest("The masked part lies outside the face's square; mask some of the face.")
        if hole.mean() > MOST_HOLE:
            raise BadRequest("Nearly all of the face is masked; leave some of it, so that there is something to go by.")
        return Hole(picture, area, frame, self.resolution, seen, hole, face=face is not None)

    @torch.inference_mode()
    def fill(self, hole: Hole, seeds: list[int]) -> Tensor:
        """Fillings of the square, (N, 3, size, size) in [-1, 1], known pixels in place; one a seed.

        Without a face in it all are the same smooth one.
        """
        if not 0 < len(seeds) <= MOST_VARIANTS:
            raise BadRequest(f"Ask for 1 to {MOST_VARIANTS} fillings at once.")
        if not hole.face:
            return naive_fill(hole.seen, hole.hole, "telea").expand(len(seeds), -1, -1, -1)
        many = hole.seen.expand(len(seeds), -1, -1, -1), hole.hole.expand(len(seeds), -1, -1, -1)
        if self.z_dim:
            z = seeded_noise(seeds, self.z_dim)
            made = compute(self.generator, self.device, *many, z, busy=self._busy)
        else:  # a network without noise has one answer
            made = compute(self.generator, self.device, hole.seen, hole.hole, busy=self._busy)
        return composite(made, *many).clamp(-1, 1)

    @torch.inference_mode()
    def patch_beliefs(self, filled: Tensor) -> np.ndarray:
        """Squares (N, 3, S, S) in [-1, 1] to the discriminator's belief that each patch is photograph, (N, 16, 16), 0
        to 1."""
        small = F.interpolate(filled, size=(128, 128), mode="area") if filled.shape[-1] != 128 else filled
        return compute(self.discriminator, self.device, small, busy=self._busy).sigmoid()[:, 0].numpy()

    def naive(self, image: Image.Image, mask: Image.Image, kind: str = "telea", frame: Frame | None = None):
        """The picture filled without a network, on the same square: ``mean``, ``telea`` or ``navier-stokes``."""
        hole = self.prepare(image, mask, frame)
        return finish(image, hole, naive_fill(hole.seen, hole.hole, kind)[0])


def read_mask(mask: Image.Image, size: tuple[int, int]) -> np.ndarray:
    """A mask as (H, W) bool. BadRequest for another mode than L or 1, or another size than the picture's."""
    if not isinstance(mask, Image.Image) or mask.mode not in ("L", "1"):
        raise BadRequest("The mask must be a picture of mode L or 1: white for the hole, black for the rest.")
    if mask.size != size:
        raise BadRequest(
            f"The mask is {mask.width} x {mask.height} and the picture {size[0]} x {size[1]}; make them alike."
        )
    page = pixels(mask.convert("L") if mask.mode == "1" else mask, (slice(0, size[1]), slice(0, size[0])))
    return np.greater_equal(page, 128, out=page.view(bool))  # in place: it may be large


def faces_in(picture: Image.Image) -> list[Face]:
    """The faces of a picture of mode RGB, largest first; one that fills the picture has all of it as its square."""
    return [whole_if_near(face, picture.size) for face in find_faces(picture)]


def face_under(faces: list[Face], area: np.ndarray) -> Frame | None:
    """The square of the face that a hole (H, W) covers most; None where it touches none."""

    def covered(face: Face) -> int:
        page = np.zeros(area.shape, np.uint8)
        cv2.fillConvexPoly(page, np.round(face.frame.corners()).astype(np.int32), 1)
        return int((area & (page > 0)).sum())

    best = max(faces, key=covered, default=None)
    return best.frame if best is not None and covered(best) else None


def surroundings(area: np.ndarray) -> Frame:
    """A hole (H, W) and as much again around it."""
    height, width = area.shape
    rows, columns = np.flatnonzero(area.any(1)), np.flatnonzero(area.any(0))
    tall, wide = rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1
    side = min(max(1.8 * max(tall, wide), 32), max(height, width))

    def centre(first: int, last: int, length: int) -> float:
        return min(max((first + last + 1) / 2, side / 2), length - side / 2) if length > side else length / 2

    return Frame(centre(columns[0], columns[-1], width), centre(rows[0], rows[-1], height), float(side))


def inpainting(device: torch.device, weights: str) -> Inpainter:
    """Our inpainting GAN with its discriminator."""
    network, located = load_network(CHECKPOINTS["inpainting-generator"], weights)
    discriminator, _ = load_network(CHECKPOINTS["inpainting-critic"], "embedded" if located.notice else weights)
    return Inpainter(network, discriminator, device, located)


def inpainting_aot(device: torch.device, weights: str) -> Inpainter:
    """The published AOT-GAN of faces from the Hub, judged by our discriminator."""
    network, located = load_network(CHECKPOINTS["inpainting-aot"], "hub")
    discriminator, _ = load_network(CHECKPOINTS["inpainting-critic"], "embedded")
    return Inpainter(network, discriminator, device, located)


PIPELINES = {"inpainting": inpainting, "inpainting-aot": inpainting_aot}
