"""Train the classifier of the digits: ``python -m gan_models.classifiers.train_digits --data DIR --minutes 12``.

An ordinary convolutional classifier on MNIST's training set, with small random rotations, shifts and scales. It sees
no generated digit. It keeps the average of its weights over the last steps, and prints its accuracy on the test set.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.classifiers.digits import DigitClassifier
from gan_models.data.mnist import load_mnist, to_signed
from gan_models.training.loop import MovingAverage, Run, parse_run
from gan_models.training.trainer import Trainer


def jitter(images: Tensor) -> Tensor:
    """Rotate by up to 12 degrees, scale by 12 %, shear by 0.15 and shift by 2 pixels; (N, 1, H, W)."""
    n = len(images)

    def spread(limit: float) -> Tensor:
        return (torch.rand(n, device=images.device) * 2 - 1) * limit

    angle, scale, shear = spread(0.21), 1 + spread(0.12), spread(0.15)
    cos, sin = torch.cos(angle) * scale, torch.sin(angle) * scale
    rows = [torch.stack([cos, shear - sin, spread(2 / 14)], 1), torch.stack([sin, cos, spread(2 / 14)], 1)]
    grid = F.affine_grid(torch.stack(rows, 1), list(images.shape), align_corners=False)
    return F.grid_sample(images + 1, grid, align_corners=False) - 1


@torch.inference_mode()
def accuracy(classifier: nn.Module, images: Tensor, labels: Tensor, batch: int = 500) -> float:
    """Share of uint8 images (N, 28, 28) that the classifier reads as their labels (N,)."""
    hits = sum(
        int((classifier(to_signed(x)).argmax(1) == y).sum())
        for x, y in zip(images.split(batch), labels.split(batch), strict=True)
    )
    return hits / len(labels)


class DigitClassifierTrainer(Trainer):
    """An ordinary classifier, its weights averaged.

    Args:
        digits: images (N, 28, 28) uint8 and labels (N,) to learn from.
        test: likewise, of which the accuracy is logged.

    Attributes:
        file: what its weights are called. ``many``: what it classifies, in words.
        build: the network. ``views``: pictures (N, 1, 28, 28) to what they may also look like.
    """

    name, file, many = "digit_classifier", "digit_judge", "digits"
    build, views = DigitClassifier, staticmethod(jitter)

    def __init__(self, run: Run, args, digits: tuple[Tensor, Tensor], test: tuple[Tensor, Tensor]):
        super().__init__(run)
        self.batch = args.batch
        self.images, self.labels = (t.to(run.device) for t in digits)
        self.test = tuple(t.to(run.device) for t in test)
        self.classifier = self.place(self.build(), self.file)
        self.average = MovingAverage(self.classifier, 0.998)
        self.networks, self.averages = {"classifier": self.classifier}, {"average": self.average}
        self.optimisers = {"optimise": torch.optim.AdamW(self.classifier.parameters(), weight_decay=0.02)}
        self.last_step = int(args.epochs * len(self.images) / self.batch)
        self.total = self.run.steps or self.last_step

    def begin(self) -> None:
        super().begin()
        for step in (0, min(self.seen["steps"], self.total - 1)):  # the second knows from the first where rates began
            self.schedule = torch.optim.lr_scheduler.OneCycleLR(
                self.optimisers["optimise"], 3e-3, total_steps=self.total, pct_start=0.2, last_epoch=step - 1
            )

    def step(self, progress: float) -> dict[str, Tensor]:
        pick = self.pick(len(self.images), self.batch)
        logits = self.classifier(self.views(to_signed(self.images[pick])))
        loss = F.cross_entropy(logits, self.labels[pick], label_smoothing=0.05)
        self.descend(self.optimisers["optimise"], loss)
        if self.seen["steps"] + 1 < self.total:
            self.schedule.step()
        return {"loss": loss}

    def report(self) -> str:
        right = accuracy(self.average.network, *self.test)
        return f"accuracy on {len(self.test[1])} real test {self.many}: {right:.2%}"

    def weights(self) -> dict[str, nn.Module]:
        return {self.file: self.average.network}


def options(parser) -> None:
    """What is common to this script and to others that train the classifier on digits of their own."""
    parser.add_argument("--epochs", type=float, default=12)
    parser.add_argument("--batch", type=int, default=128, help="digits a step, of each process")
    parser.add_argument("--save-steps", type=int, default=500, help="steps between checkpoints; 0 counts minutes")


def main(argv: list[str] | None = None) -> DigitClassifierTrainer:
    """The command of this file's head."""
    run, args = parse_run(__doc__, "folder with MNIST (downloaded into it where missing)", 30, options, argv)
    digits, test = (load_mnist(run.data, train=part) for part in (True, False))
    return DigitClassifierTrainer(run, args, digits, test).train()


if __name__ == "__main__":
    main()
