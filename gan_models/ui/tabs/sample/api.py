"""The sampling tab as public functions with types and words: endpoints, and tools for MCP."""

import gradio as gr

from gan_models.ui.requests import read
from gan_models.ui.tabs.sample.handlers import Look
from gan_models.ui.tabs.sample.models import MODELS
from gan_models.ui.tabs.sample.sheets import film_pages


def add_endpoints(handlers) -> None:
    """Add an endpoint each for faces, digits and things to the current Blocks, invisibly; ``handlers`` answers them."""

    def one(model: str, point: dict):
        asked = read(Look, {"model": model, "point": point})
        sampler, _, reads = handlers.model(asked)
        picture = sampler.pictures([asked.point])
        return film_pages(sampler, picture)[0], handlers.opinions(sampler, reads, picture, asked.point)

    def sample_face(
        seed: float, truncation: float, smile: float, gender: float, glasses: float, fringe: float, beard: float,
        age: float,
    ):  # fmt: skip
        """Draw the face of a person who does not exist, from a place in latent space.

        Args:
            seed: the noise to start from; any whole number.
            truncation: 0.3 (ordinary) to 1.2 (unusual).
            smile: -3 (serious) to 3 (smiling), like the rest in standard deviations; what lies outside is clamped.
            gender: -3 (feminine) to 3 (masculine).
            glasses: -3 (without) to 3 (with).
            fringe: -3 (open forehead) to 3 (fringe).
            beard: -3 (shaven) to 3 (bearded).
            age: -3 (younger) to 3 (older).

        Returns:
            The face, and the critic's belief that it is a photograph, and what a classifier sees in it.
        """
        amounts = [smile, gender, glasses, fringe, beard, age]
        picture, said = one("faces", {"seed": seed, "truncation": truncation, "amounts": amounts})
        return picture, {"realness": round(said["real"], 4), "sees": said["sees"]}

    def sample_digit(
        seed: float, digit: float, truncation: float,
        slant: float, weight: float, width: float, flourish: float, nuance_1: float, nuance_2: float,
    ):  # fmt: skip
        """Draw one digit from a place in latent space.

        Args:
            seed: the noise to start from; any whole number.
            digit: 0 to 9.
            truncation: 0.3 (ordinary) to 1.2 (unusual).
            slant: -3 (left) to 3 (right), like the next five in standard deviations; what lies outside is clamped.
            weight: -3 (fine) to 3 (thick).
            width: -3 (narrow) to 3 (wide).
            flourish: -3 to 3.
            nuance_1: -3 to 3, like nuance_2 a direction without a name.
            nuance_2: -3 to 3.

        Returns:
            The digit, black on white, and the critic's belief that it is real, what the judge reads and how surely.
        """
        amounts = [slant, weight, width, flourish, nuance_1, nuance_2]
        point = {"seed": seed, "label": digit, "truncation": truncation, "amounts": amounts}
        picture, said = one("digits", point)
        return picture, {
            "realness": round(said["real"], 4), "reads_as": said["reads"], "confidence": round(said["sure"], 4),
        }  # fmt: skip

    def sample_thing(seed: float, thing: str, truncation: float, other: str, share: float):
        """Draw one of ten kinds of things at 32x32, or a mixture of two, enlarged to 256x256.

        Args:
            seed: the noise to start from; any whole number.
            thing: airplane, automobile, bird, cat, deer, dog, frog, horse, ship or truck, or its number from 0.
            truncation: 0.3 (ordinary) to 1.2 (unusual).
            other: a thing to mix in; may be empty.
            share: how much of the other, 0 to 1.

        Returns:
            The picture, and what a classifier that never saw a painted one sees in it.
        """
        from gan_models.biggan.pipeline import read_thing

        blend = [read_thing(other), share] if other else None
        point = {"seed": seed, "label": read_thing(thing), "truncation": truncation, "blend": blend}
        picture, said = one("things", point)
        return picture, {"sees": said["sees"]}

    def numbers(model: str, count: int) -> list[gr.Number]:
        return [gr.Number(0, label=s["label"]) for s in MODELS[model].sliders[:count]]

    with gr.Group(visible=False):
        opinions = gr.JSON(label="Opinions")
        inputs = [gr.Number(7, label="Seed"), gr.Number(1, label="Truncation"), *numbers("faces", 6)]
        face = gr.Image(label="Face", format="png", type="pil")
        gr.Button("Sample").click(sample_face, inputs, [face, opinions], api_name="sample_face")
        digit = [gr.Number(7, label="Seed"), gr.Number(3, label="Digit"), gr.Number(1, label="Truncation")]
        picture = gr.Image(label="Digit", format="png", type="pil")
        gr.Button("Sample").click(
            sample_digit, [*digit, *numbers("digits", 6)], [picture, opinions], api_name="sample_digit"
        )
        thing = [gr.Number(7, label="Seed"), gr.Text("frog", label="Thing"), gr.Number(1, label="Truncation")]
        mixed = [gr.Text("", label="Other"), gr.Number(0, label="Share")]
        painted = gr.Image(label="Thing", format="png", type="pil")
        gr.Button("Sample").click(sample_thing, [*thing, *mixed], [painted, opinions], api_name="sample_thing")
