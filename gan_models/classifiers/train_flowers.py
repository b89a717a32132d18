"""Train the classifier of the flowers: ``python -m gan_models.classifiers.train_flowers --data DIR --minutes 15``.

An ordinary convolutional classifier of kinds and colours, with small shifts, scales, mirrors and changes of light. It
sees no generated flower, and shares no weights with anything that a generator was trained against. Flowers whose colour
could not be measured are left out of the colours' loss.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.classifiers.flowers import FlowerClassifier
from gan_models.classifiers.train_faces import jitter
from gan_models.data.celeba import to_signed
from gan_models.data.flower_kinds import COLOURS
from gan_models.data.flowers import Flowers, load_flowers
from gan_models.training.loop import MovingAverage, Run, parse_run
from gan_models.training.trainer import Trainer


def colour_labels(flowers: Flowers) -> Tensor:
    """The colours (N, 7) of flowers, 1 the first named, 0.7 a second one, 0 the others; all nan where none is known."""
    rows = torch.zeros(len(flowers), len(COLOURS))
    for row, colours in zip(rows, flowers.colours, strict=True):
        for place, colour in enumerate(colours):
            row[COLOURS.index(colour)] = 1 - 0.3 * place
        if not colours:
            row.fill_(torch.nan)
    return rows


class FlowerClassifierTrainer(Trainer):
    """An ordinary classifier, its weights averaged."""

    name = "flower_classifier"

    def __init__(self, run: Run, args, train: Flowers, test: Flowers):
        super().__init__(run)
        self.batch, self.test = args.batch, test
        self.pictures, self.kinds = train.pictures.to(run.device), train.kinds.to(run.device)
        self.colours = colour_labels(train).to(run.device)
        self.classifier = self.place(FlowerClassifier(), "flower_classifier")
        self.average = MovingAverage(self.classifier, 0.998)
        self.networks, self.averages = {"classifier": self.classifier}, {"average": self.average}
        self.optimisers = {"optimise": torch.optim.AdamW(self.classifier.parameters(), weight_decay=0.05)}

    def rates(self, progress: float) -> dict[str, float]:
        return {"optimise": 2e-3 * min(1, self.seen["steps"] / 200, 1.5 * (1 - progress) + 0.01)}

    def step(self, progress: float) -> dict[str, Tensor]:
        pick = self.pick(len(self.pictures), self.batch)
        kind, colour = self.classifier(jitter(to_signed(self.pictures[pick])))
        told = self.colours[pick]
        known = ~told.isnan()
        named = F.cross_entropy(kind, self.kinds[pick], label_smoothing=0.1)
        tinted = F.binary_cross_entropy_with_logits(colour[known], told[known])
        self.descend(self.optimisers["optimise"], named + tinted)
        return {"kind": named, "colour": tinted}

    def report(self) -> str:
        first, five, tint = accuracies(self.average.network, self.test)
        return f"on {len(self.test)} real test flowers: kind {first:.1%}, among five {five:.1%}, colour {tint:.1%}"

    def weights(self) -> dict[str, nn.Module]:
        return {"flower_classifier": self.average.network}


@torch.inference_mode()
def accuracies(classifier: nn.Module, flowers: Flowers) -> tuple[float, float, float]:
    """Shares of flowers whose kind is named first, is among five, and whose strongest colour is one of theirs."""
    answers = [classifier(to_signed(page)) for page in flowers.pictures.split(200)]
    kinds, colours = (torch.cat(part) for part in zip(*answers, strict=True))
    best = kinds.topk(5).indices
    right = best == flowers.kinds[:, None]
    tinted = [COLOURS[c] in told for c, told in zip(colours.argmax(1).tolist(), flowers.colours, strict=True) if told]
    return right[:, 0].float().mean().item(), right.any(1).float().mean().item(), sum(tinted) / len(tinted)


def options(parser) -> None:
    """Add what only this script asks for."""
    parser.add_argument("--batch", type=int, default=64, help="flowers a step, of each process")


def main(argv: list[str] | None = None) -> FlowerClassifierTrainer:
    """The command of this file's head."""
    run, args = parse_run(__doc__, "flowers102_64.zip or the folder that holds it", 15, options, argv)
    return FlowerClassifierTrainer(run, args, *(load_flowers(run.data, part) for part in ("train", "test"))).train()


if __name__ == "__main__":
    main()
