"""How well does a classifier read real digits that learned from generated ones alone?

``python -m gan_models.cgan.accuracy_score --generated FILE --data DIR --epochs 4``: the score of Ravuri and Vinyals
(2019), "Classification Accuracy Score for Conditional Generative Models".
"""

from pathlib import Path

import torch
from torch import Tensor, nn

from gan_models.cgan.networks import DigitGenerator
from gan_models.classifiers.train_digits import DigitClassifierTrainer, options
from gan_models.core.store import load_strictly
from gan_models.data.mnist import CLASSES, load_mnist
from gan_models.training.loop import parse_run

COUNT = 60_000  # as many as there are real ones


@torch.inference_mode()
def write_digits(generator: DigitGenerator, count: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """``count`` generated digits, classes in turn: (N, 28, 28) uint8 and labels (N,)."""
    labels = torch.arange(count, device=device) % CLASSES
    pages = [generator(torch.randn(len(y), generator.z_dim, device=device), y) for y in labels.split(500)]
    images = torch.cat(pages).squeeze(1).add(1).mul(127.5).round().clamp(0, 255).to(torch.uint8)
    return images, labels


class Reader(DigitClassifierTrainer):
    """The classifier of which only the accuracy matters: its weights must not pass for those that saw real digits."""

    name = "accuracy_score"

    def weights(self) -> dict[str, nn.Module]:
        return {}


def main(argv: list[str] | None = None) -> None:
    """The command of this file's head."""

    def extra(parser):
        options(parser)
        parser.add_argument("--generated", type=Path, required=True, help="weights of the generator")

    run, args = parse_run(__doc__, "folder with MNIST (downloaded into it where missing)", 30, extra, argv)
    generator = load_strictly(DigitGenerator(), args.generated).to(run.device)
    digits = write_digits(generator, COUNT, run.device)
    Reader(run, args, digits, load_mnist(run.data, train=False)).train()


if __name__ == "__main__":
    main()
