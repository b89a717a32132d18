"""The endpoints of the restoring tab: what programs ask, and no page."""

from gan_models.core.errors import BadRequest
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.requests import read
from gan_models.ui.tabs.restore.requests import Coloured, Enlarged, Uncropped

MOST_RESULT = 4096 * 4096  # pixels; what a phone's browser can hold in one canvas
NO_PICTURE = "There is no picture yet; choose one."


class RestoreEndpoints:
    """Each takes a PIL picture and numbers that may be anything, and gives a PIL picture."""

    pool: ModelPool

    @property
    def pipeline(self):
        """What enlarges."""
        return self.pool.get("srgan")

    def endpoint(self, image, factor: float, strength: float):
        """Enlarge a photograph.

        Args:
            image: the picture; any mode, transparency is kept. The result may have 16.7 million pixels.
            factor: 4, or 2.
            strength: 0 is faithful and a little soft, 1 inventive; anything between.

        Returns:
            The picture, that many times as wide and as high.
        """
        if image is None:
            raise BadRequest(NO_PICTURE)
        asked = read(Enlarged, {"factor": factor, "strength": strength})
        if image.width * image.height * asked.factor**2 > MOST_RESULT:
            most = MOST_RESULT // asked.factor**2 / 1e6
            raise BadRequest(f"To be enlarged {asked.factor} times, a picture has {most:.1f} million pixels at most.")
        return self.pipeline.enlarge(image, asked.factor, asked.strength)

    def colour_endpoint(self, image, strength: float, seed: float):
        """Give a grey photograph the colours that it may have had.

        Args:
            image: the picture, at most 40 million pixels; any mode. Its colours do not matter, transparency is kept.
            strength: 0 is careful and pale, 1 as colourful as the GAN makes it; anything between.
            seed: picks one of seven tints; 0 asks for several colours at once, 1 for what photographs have on average.

        Returns:
            The picture at its own size; its light is the same in every pixel.
        """
        if image is None:
            raise BadRequest(NO_PICTURE)
        asked = read(Coloured, {"strength": strength, "seed": seed})
        return self.pool.get("pix2pix-colour").colour(image, asked.strength, asked.seed)

    def uncrop_endpoint(self, image, left: float, right: float, top: float, bottom: float, seed: float):
        """Show what may lie beyond a picture's edges.

        Args:
            image: the picture; any mode, transparency is laid on white. The result may have 16.7 million pixels.
            left, right, top, bottom: how much is added there, in shares of its width or height, 0.25 at most.
            seed: another whole number, another guess.

        Returns:
            The larger picture; the given one lies in it unchanged.
        """
        if image is None:
            raise BadRequest(NO_PICTURE)
        asked = read(Uncropped, {"left": left, "right": right, "top": top, "bottom": bottom, "seed": seed})
        return self.pool.get("inpainting").uncrop(image, asked.left, asked.right, asked.top, asked.bottom, asked.seed)
