"""The standard way, for :mod:`tests.benchmarks.bench_sampling`: a ``gr.Slider`` whose input draws a ``gr.Image``.

``python -m tests.benchmarks.plain_slider --model digits [--no-queue]``, on the port in GRADIO_SERVER_PORT. The picture
comes from the same sampler, at the same size and in the same format as the exact picture of our tab.
"""

import argparse

import gradio as gr

from gan_models.ui.model_pool import ModelPool
from gan_models.ui.photos import FACTOR, enlarged
from gan_models.ui.tabs.sample.models import MODELS


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", choices=list(MODELS), default="faces")
    parser.add_argument("--no-queue", action="store_true")
    args = parser.parse_args()

    from PIL import Image

    from gan_models.core import images
    from gan_models.core.point import Point

    sampler, _ = MODELS[args.model].open(ModelPool())

    def draw(amount: float) -> Image.Image:
        picture = sampler.pictures([Point(seed=7, label=3, amounts=(amount,))])
        if picture.shape[1] == 1:
            return Image.fromarray(255 - images.smooth_coverage(picture, 12)[0])
        return enlarged(picture, FACTOR)[0]

    draw(1.0)  # the first call finds the directions
    with gr.Blocks(analytics_enabled=False) as blocks:
        image = gr.Image(draw(0.0), format="jpeg" if not MODELS[args.model].classes else "png", elem_id="picture")
        slider = gr.Slider(-3, 3, 0, step=0.05, label="Amount", elem_id="amount")
        slider.input(draw, slider, image, show_progress="hidden", trigger_mode="always_last", queue=not args.no_queue)
    blocks.launch(theme=gr.themes.Base(), footer_links=[], run_history=False, ssr_mode=False)


if __name__ == "__main__":
    main()
