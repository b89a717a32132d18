"""What the page of the inpainting tab sends, checked: squares, masks, seeds. Nothing in it is taken on trust."""

import io

SLOTS = 4  # fillings at once


def picture_url(picture) -> str:
    from gan_models.core import images

    return images.png_url(picture)


def frame_values(frame) -> dict:
    return {"x": frame.x, "y": frame.y, "side": frame.side, "angle": frame.angle}


def whole(value: object, what: str) -> int:
    """A whole number from a page or a caller; BadRequest for anything else."""
    from gan_models.core.errors import BadRequest

    try:
        return int(float(value))  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError) as error:
        raise BadRequest(f"{what} must be a whole number.") from error


def read_seeds(values: object) -> list[int]:
    """One to four seeds; BadRequest for anything else."""
    from gan_models.core.errors import BadRequest

    if not isinstance(values, list) or not 0 < len(values) <= SLOTS:
        raise BadRequest(f"Ask for 1 to {SLOTS} fillings at once.")
    return [whole(value, "A seed") for value in values]


def read_frame(values: object, size: tuple[int, int]):
    """A square from a page's numbers, or None to have one chosen; BadRequest for numbers that make no sense."""
    import math

    from gan_models.core.errors import BadRequest
    from gan_models.core.face_finder import Frame

    if values is None:
        return None
    try:
        numbers = [float(values[name]) for name in ("x", "y", "side", "angle")]  # type: ignore[index]
    except (TypeError, KeyError, ValueError, OverflowError) as error:
        raise BadRequest("A square has numbers x, y, side and angle.") from error
    x, y, side, angle = numbers
    if not all(math.isfinite(n) for n in numbers) or not 8 <= side <= 3 * max(size):
        raise BadRequest("The square must be at least 8 pixels wide and not much larger than the picture.")
    if not (-side <= x <= size[0] + side and -side <= y <= size[1] + side):
        raise BadRequest("The square lies beside the picture; put it onto a face.")
    return Frame(x, y, side, angle)


def read_mask_url(url: object, size: tuple[int, int]):
    """A mask from a page's canvas as mode L, of the working copy's size; what is painted there is white."""
    from PIL import Image

    from gan_models.core.errors import BadRequest
    from gan_models.core.pictures import from_data_url

    data = from_data_url(url, 4_000_000)
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as mask:
            if mask.size != size:
                raise BadRequest(f"The mask is {mask.width} x {mask.height}, the picture {size[0]} x {size[1]}.")
            return (mask.getchannel("A") if mask.mode in ("RGBA", "LA") else mask.convert("L")).copy()
    except (OSError, SyntaxError) as error:
        raise BadRequest("The mask did not arrive whole; try again.") from error
