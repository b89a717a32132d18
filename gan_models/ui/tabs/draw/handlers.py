"""What the page of the drawing tab asks, answered. Nothing in a request is taken on trust."""

import time

from gan_models.core.errors import BadRequest
from gan_models.ui.handlers import TabHandlers, facts
from gan_models.ui.photos import jpeg_url, png_file
from gan_models.ui.requests import Request, Seed, file, one_of, quantity, read
from gan_models.ui.tabs.draw import prose

MOST_BYTES = 2_000_000  # of a drawing; what the page sends has a hundredth of that
MOST_PIXELS = 2048 * 2048

Subject = one_of(prose.SUBJECTS, f"What is drawn is one of {', '.join(prose.SUBJECTS)}.")


class Palette(Request, ask="palette"):
    """The colours of a subject, and its ready-made beginnings."""

    subject: Subject


class Wish(Request):
    """What to make of a drawing: strength from 0 (without the adversarial loss) to 1, and a seed."""

    subject: Subject
    strength: quantity(0, 1, "Strength") = 1.0
    seed: Seed = 0


class Paint(Wish, ask="paint"):
    """A drawing to translate; ``opinions``: with the map of what the discriminator believes."""

    picture: file("There is no drawing yet; draw something.")
    opinions: bool = False


class DrawHandlers(TabHandlers):
    """Answers the tab's requests."""

    name = "draw"
    examples = (
        {"ask": "palette", "subject": "things"},
        {"ask": "paint", "subject": "things", "seed": 3},
        {"ask": "paint", "subject": "things", "opinions": True, "strength": 0.5},
    )

    def model(self, subject: str):
        """The pipeline that paints a subject."""
        return self.pool.get(f"pix2pix-{subject}")

    def palette(self, request: Palette) -> dict:
        """The colours that seeds pick from, as the page writes them."""
        return {"palette": [f"rgb({red} {green} {blue})" for red, green, blue in self.model(request.subject).palette]}

    def paint(self, request: Paint) -> dict:
        """The drawing, painted; where asked for, with the discriminators' belief in each patch of it."""
        from gan_models.core.pictures import open_picture

        if len(request.picture) > MOST_BYTES:
            raise BadRequest(f"A drawing is at most {MOST_BYTES // 1_000_000} MB; this one is larger.")
        pipeline = self.model(request.subject)
        started = time.perf_counter()
        drawing = open_picture(request.picture, most_pixels=MOST_PIXELS, least_side=1)
        made = pipeline.translate(drawing, request.strength, request.seed)
        answer = {"url": jpeg_url(made)}
        if request.opinions:
            beliefs = pipeline.patch_map(drawing, made, request.seed)
            answer["cells"] = [round(float(v), 3) for v in beliefs.flatten()]
            answer |= {"columns": beliefs.shape[1], "belief": round(float(beliefs.mean()), 4)}
        return answer | {"facts": facts(pipeline, started)}

    def endpoint(self, image, subject: str, strength: float, seed: float):
        """Paint what a drawing or a map of labels shows.

        Args:
            image: a line drawing, dark on light, or a map of a house front in the twelve colours of CMP Facades; any
                size up to 40 million pixels, any mode.
            subject: things (a shoe or a handbag) or facades.
            strength: 1 paints as the GAN does, 0 as its twin that never met a discriminator; between them, a blend.
            seed: picks one of the colours that the training pictures have.

        Returns:
            The picture, of the drawing's shape; its longer side has 128 pixels for things, 256 for facades.
        """
        if image is None:
            raise BadRequest("There is no drawing yet; draw something.")
        asked = read(Wish, {"subject": subject, "strength": strength, "seed": seed})
        return self.model(asked.subject).translate(image, asked.strength, asked.seed)

    def exercise(self) -> None:
        """Load everything and paint an empty sheet of each kind."""
        from PIL import Image

        empty = png_file(Image.new("RGB", (64, 64), "white"))
        for subject in prose.SUBJECTS:
            self.answer(self.examples[-1] | {"subject": subject}, {"picture": empty})
