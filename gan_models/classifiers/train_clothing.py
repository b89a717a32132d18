"""Train the classifier of clothes: ``python -m gan_models.classifiers.train_clothing --data DIR --minutes 3``.

The script of the digits, on Fashion-MNIST's training set: pictures are mirrored or not, and shifted by up to a pixel.
"""

import torch
from torch import Tensor

from gan_models.classifiers.clothing import ClothingClassifier
from gan_models.classifiers.train_digits import DigitClassifierTrainer, options
from gan_models.data.mnist import FASHION, load_mnist
from gan_models.training.loop import parse_run


def mirror(images: Tensor) -> Tensor:
    """Half of the pictures (N, 1, H, W) in a mirror, and all moved together by up to a pixel each way."""
    turned = torch.rand(len(images), 1, 1, 1, device=images.device) < 0.5
    down, right = torch.randint(-1, 2, (2,)).tolist()
    return torch.where(turned, images.flip(3), images).roll((down, right), (2, 3))


class ClothingClassifierTrainer(DigitClassifierTrainer):
    """The trainer of the classifier of digits, on clothes."""

    name, file, many = "clothing_classifier", "clothing_classifier", "clothes"
    build, views = ClothingClassifier, staticmethod(mirror)


def main(argv: list[str] | None = None) -> ClothingClassifierTrainer:
    """The command of this file's head."""
    run, args = parse_run(__doc__, "folder with Fashion-MNIST (downloaded where missing)", 3, options, argv)
    clothes, test = (load_mnist(run.data, train=part, source=FASHION) for part in (True, False))
    return ClothingClassifierTrainer(run, args, clothes, test).train()


if __name__ == "__main__":
    main()
