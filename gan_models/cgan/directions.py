"""Measure the style directions behind the sliders: ``python -m gan_models.cgan.directions``.

Writes ``digits_directions.safetensors`` and prints how far each slider moves what it is named after, and the others.
"""

import argparse
from pathlib import Path

import torch
from safetensors.torch import save_file

from gan_models import load
from gan_models.cgan.strokes import STYLE_NAMES, find_style_directions, measure_strokes
from gan_models.core.latents import move, seeded_noise
from gan_models.data.mnist import CLASSES


def main() -> None:
    """The command of this file's head."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("checkpoints"))
    parser.add_argument("--styles", type=int, default=2000, help="style vectors to measure")
    args = parser.parse_args()
    pipeline = load("digits", weights="embedded")
    directions = find_style_directions(pipeline.draw, pipeline.z_dim, args.styles)
    save_file({"directions": directions.contiguous()}, args.out / "digits_directions.safetensors")

    z = seeded_noise(list(range(90_000, 90_100)), pipeline.z_dim)
    labels = torch.arange(CLASSES).repeat(len(z))

    def measured(vectors: torch.Tensor) -> torch.Tensor:
        return measure_strokes(pipeline.draw(vectors.repeat_interleave(CLASSES, 0), labels)).view(len(z), CLASSES, 3)

    scatter = measured(z).mean(1).std(0)
    print("effect of moving a slider from -2 to 2, in standard deviations of each quantity over styles:")
    for i, name in enumerate(STYLE_NAMES):
        amounts = torch.zeros(len(STYLE_NAMES))
        amounts[i] = 2.0
        change = measured(move(z, directions, amounts)) - measured(move(z, directions, -amounts))
        change = change.mean((0, 1)) / scatter
        print(f"  {name:9s}" + "".join(f"{n}: {c:+.2f}  " for n, c in zip(STYLE_NAMES[:3], change, strict=True)))


if __name__ == "__main__":
    main()
