"""Train the classifier of ten kinds of things: ``python -m gan_models.classifiers.train_things --data DIR``.

An ordinary residual network with small shifts and mirrors. It sees no generated picture, and shares no weights with
anything that a generator was trained against.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.classifiers.things import ThingClassifier
from gan_models.data.celeba import flip_half, to_signed
from gan_models.data.things import load_things
from gan_models.training.augmentation import shift
from gan_models.training.loop import MovingAverage, Run, parse_run
from gan_models.training.trainer import Trainer

Things = tuple[Tensor, Tensor]  # pictures and classes


class ThingClassifierTrainer(Trainer):
    """An ordinary classifier, its weights averaged."""

    name = "thing_classifier"

    def __init__(self, run: Run, args, train: Things, test: Things):
        super().__init__(run)
        self.batch, self.test = args.batch, test
        self.pictures, self.classes = (part.to(run.device) for part in train)
        self.classifier = self.place(ThingClassifier(), "thing_classifier")
        self.average = MovingAverage(self.classifier, 0.998)
        self.networks, self.averages = {"classifier": self.classifier}, {"average": self.average}
        self.optimisers = {"optimise": torch.optim.AdamW(self.classifier.parameters(), weight_decay=0.05)}

    def rates(self, progress: float) -> dict[str, float]:
        return {"optimise": 4e-3 * min(1, self.seen["steps"] / 200, 1.3 * (1 - progress) + 0.005)}

    def step(self, progress: float) -> dict[str, Tensor]:
        pick = self.pick(len(self.pictures), self.batch)
        answers = self.classifier(shift(flip_half(to_signed(self.pictures[pick]))))
        loss = F.cross_entropy(answers, self.classes[pick], label_smoothing=0.1)
        self.descend(self.optimisers["optimise"], loss)
        return {"loss": loss}

    def report(self) -> str:
        return f"on {len(self.test[0])} real test pictures: {accuracy(self.average.network, *self.test):.1%} read right"

    def weights(self) -> dict[str, nn.Module]:
        return {"thing_classifier": self.average.network}


@torch.inference_mode()
def accuracy(classifier: nn.Module, pictures: Tensor, classes: Tensor) -> float:
    """Share of pictures (N, 3, 32, 32), uint8 or in [-1, 1], whose class (N,) is read right."""
    pages = (page if page.is_floating_point() else to_signed(page) for page in pictures.split(250))
    return (torch.cat([classifier(page).argmax(1) for page in pages]) == classes).float().mean().item()


def options(parser) -> None:
    """Add what only this script asks for."""
    parser.add_argument("--batch", type=int, default=64, help="pictures a step, of each process")


def main(argv: list[str] | None = None) -> ThingClassifierTrainer:
    """The command of this file's head."""
    run, args = parse_run(__doc__, "cifar10.zip or the folder that holds it", 12, options, argv)
    return ThingClassifierTrainer(run, args, *(load_things(run.data, part) for part in ("train", "test"))).train()


if __name__ == "__main__":
    main()
