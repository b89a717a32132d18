"""The fold "Inside the generator": units of a layer that draw something, and a switch for them."""

from gan_models.core.errors import BadRequest
from gan_models.ui.photos import enlarged, jpeg_url
from gan_models.ui.requests import quantity

Gain = quantity(0, 2, "A switch")


def inside_the_generator(pipeline, point, gains: dict[str, float], shown: str) -> dict:
    """The face with some concepts' units turned down, and where the units of one of them are at work.

    ``gains`` gives for each concept what its units are multiplied by, 0 to 2; ``shown`` names the concept whose map is
    wanted. Returns the face, the map as a veil (a PNG, opaque where the units are quiet), and what the classifier sees
    now.
    """
    from gan_models.dcgan.pipeline import FacePipeline, in_words

    if not isinstance(pipeline, FacePipeline):
        raise BadRequest("Only our own face generator has been opened up so far. Choose Faces as the model.")
    wanted = {name: gains[name] for name in pipeline.concepts if name in gains}
    z = pipeline.locate([point])
    face = pipeline.render_without(z, wanted)
    answer = {"url": jpeg_url(enlarged(face, 3)[0]), "sees": in_words(pipeline.attributes(face)[0].tolist())}
    if shown in pipeline.concepts:
        answer["veil"] = veil_url(pipeline.where(z, shown)[0])
    return answer


def veil_url(activity) -> str:
    """Activity (16, 16), 0 to 1, as a dark PNG that is clear where the units fire."""
    import numpy as np
    from PIL import Image

    from gan_models.core import images

    veil = Image.fromarray(((1 - activity.numpy()) * 170).astype(np.uint8)).resize((192, 192), Image.Resampling.BICUBIC)
    dark = Image.new("L", veil.size, 16)
    return images.png_url(Image.merge("LA", (dark, veil)))
