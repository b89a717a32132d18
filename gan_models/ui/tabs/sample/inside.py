"""Inside the generator: units of a layer that draw something with a switch for them, and where attention looked."""

from gan_models.core.errors import BadRequest
from gan_models.ui.requests import quantity
from gan_models.ui.tabs.sample.sheets import sheet

Gain = quantity(0, 2, "A switch")


def inside_the_generator(sampler, point, gains: dict[str, float], shown: str) -> tuple[object, dict]:
    """The picture with some concepts' units turned down, and where the units of one of them are at work.

    Args:
        sampler: one that has ``concepts``, with ``render_without`` and ``where``.
        gains: for each concept what its units are multiplied by, 0 to 2.
        shown: the concept whose map is wanted.

    Returns:
        The picture (1, C, H, W), and the answer: the picture, and the map as a veil, a PNG that is opaque where the
        units are quiet.

    Raises:
        BadRequest: nobody has looked for concepts in this model.
    """
    if not sampler.concepts:
        raise BadRequest("Only our own face generators have been opened up so far. Choose Faces as the model.")
    z = sampler.locate([point])
    picture = sampler.render_without(z, {name: gains[name] for name in sampler.concepts if name in gains})
    answer = sheet(sampler, picture, 1, 12)
    if shown in sampler.concepts:
        answer["veil"] = veil_url(sampler.where(z, shown)[0])
    return picture, answer


def veil_url(activity) -> str:
    """Activity (16, 16), 0 to 1, as a dark PNG that is clear where the units fire."""
    import numpy as np
    from PIL import Image

    from gan_models.core import images

    veil = Image.fromarray(((1 - activity.numpy()) * 170).astype(np.uint8)).resize((192, 192), Image.Resampling.BICUBIC)
    dark = Image.new("L", veil.size, 16)
    return images.png_url(Image.merge("LA", (dark, veil)))


def maps_url(looks) -> str:
    """Attention (H * W, H, W) as one grey PNG, a map at each place; the brightest cell of each map is white."""
    from PIL import Image

    from gan_models.core import images

    pages = (looks / looks.amax((1, 2), keepdim=True)).mul(255).round().byte().numpy()
    return images.png_url(Image.fromarray(images.grid(pages, looks.shape[2])))
