"""A sum of faces as one picture to keep, laid out like figure 7 of Radford et al. (2016)."""

from PIL import Image, ImageDraw
from torch import Tensor

from gan_models.core import images
from gan_models.dcgan.arithmetic import Work

CELL, GAP, GUTTER, EDGE = 128, 6, 54, 36
PAPER, INK = (251, 248, 241), (29, 27, 46)


def figure(work: Work, sizes: list[int]) -> Image.Image:
    """Three columns of faces over their averages, then the nine results, and below them the same sum on pixels."""
    step = CELL + GAP
    height = 2 * EDGE + 5 * step + GUTTER // 2
    left = EDGE + 3 * (CELL + GUTTER)
    page = Image.new("RGB", (left + 3 * step - GAP + EDGE, height), PAPER)

    def put(picture: Tensor, x: int, y: int) -> None:
        page.paste(images.to_pil(picture[None])[0].resize((CELL, CELL), Image.Resampling.LANCZOS), (x, y))

    on_latents, on_pixels = EDGE + 3 * step + GUTTER // 4, EDGE + 4 * step + GUTTER // 2
    for column, faces in enumerate(work.faces.split(sizes)):
        x = EDGE + column * (CELL + GUTTER)
        for row, face in enumerate(faces):
            put(face, x, EDGE + (3 - len(faces) + row) * step)
        put(work.means[column], x, on_latents)
        put(work.blends[column], x, on_pixels)
        for y in (on_latents, on_pixels):
            sign(page, x + CELL + GUTTER // 2, y + CELL // 2, "-+="[column])
    for k, face in enumerate(work.neighbours):
        put(face, left + k % 3 * step, EDGE + step + GUTTER // 4 + k // 3 * step)
    put(work.on_pixels[0], left, on_pixels)
    return page


def sign(page: Image.Image, x: int, y: int, which: str) -> None:
    """A minus, plus or equals sign around (x, y)."""
    draw, arm = ImageDraw.Draw(page), 11
    for dy in (-6, 6) if which == "=" else (0,):
        draw.line((x - arm, y + dy, x + arm, y + dy), INK, 4)
    if which == "+":
        draw.line((x, y - arm, x, y + arm), INK, 4)
