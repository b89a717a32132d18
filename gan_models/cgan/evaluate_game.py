"""How reliable the tells of "Real or fake?" are: ``python -m gan_models.cgan.evaluate_game --pairs 1000``.

Plays the games of seeds 0, 1, 2 and so on, and prints for each tell, for the discriminator and for ruler and fog
together how often they speak and how often they are right when they do. ``--data DIR`` takes the real digits from
MNIST's test set, which the discriminator never saw, instead of the ones that ship.
"""

import argparse
import itertools
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from gan_models.cgan import real_or_fake as game
from gan_models.cgan.pipeline import DigitPipeline

STEPS = (0.5, 0.55, 0.6, 1.0)


@dataclass(frozen=True)
class Score:
    """How often something points at one of the two, and how often that is the real one; ``right`` of those it spoke."""

    name: str
    speaks: float
    right: float

    @property
    def all_pairs(self) -> float:
        """Right answers where silence is settled by a coin."""
        return self.speaks * self.right + (1 - self.speaks) / 2


def score(name: str, pointing: Tensor, truth: Tensor) -> Score:
    """Pointing (N,), +1 for left, 0 for nothing, against the truth (N,), +1 or -1."""
    spoke = pointing != 0
    right = (pointing.sign() == truth)[spoke].double().mean().item() if spoke.any() else 0.5
    return Score(name, spoke.double().mean().item(), right)


def play(pipeline: DigitPipeline, pairs: int, written=None) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Truth (N,), the discriminator's beliefs (N,), what the tells measured (tells, N, 2), where they pointed (tells,
    N)."""
    truth, beliefs, measured, pointing = [], [], [], []
    for seed in range(-(-pairs // game.ROUNDS)):
        dealt = game.deal(pipeline, seed, written)
        truth += [1.0 if side == game.LEFT else -1.0 for side in dealt.real]
        beliefs += game.discriminator_beliefs(pipeline, dealt)
        numbers, says = game.measure_tells(pipeline, dealt)
        measured.append(numbers)
        pointing.append(says)
    return torch.tensor(truth), torch.tensor(beliefs), torch.cat(measured, 1), torch.cat(pointing, 1)


def reliability(pipeline: DigitPipeline, pairs: int, written=None) -> dict[str, Score]:
    """A score for every tell, for ``both`` (ruler and fog), for the ``discriminator``, and for the same by how
    sure it was."""
    truth, beliefs, _, pointing = play(pipeline, pairs, written)
    scores = [score(tell.key, says, truth) for tell, says in zip(game.TELLS, pointing, strict=True)]
    scores.append(score("both", game.by_ruler_and_fog(pointing), truth))
    says, sure = beliefs.sub(0.5).sign(), torch.maximum(beliefs, 1 - beliefs)
    scores.append(score("discriminator", says, truth))
    for low, high in itertools.pairwise(STEPS):
        scores.append(score(f"discriminator {low:.0%}-{high:.0%} sure", says * ((sure >= low) & (sure < high)), truth))
    return {s.name: s for s in scores}


def main() -> None:
    """The command of this file's head."""
    from gan_models import load

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=1000)
    parser.add_argument("--data", type=Path, help="folder with MNIST: real digits from its test set")
    args = parser.parse_args()
    written = None
    if args.data:
        from gan_models.data.mnist import load_mnist

        pictures, labels = load_mnist(args.data, train=False)
        written = torch.stack([pictures[labels == c][:892] for c in range(10)]).numpy()  # 892 fives, fewest of all
        written = (written / 17.0).round() * 17  # sixteen shades, as those that ship
    pipeline = load("digits", device="cpu", weights="embedded")
    truth, _, measured, _ = play(pipeline, args.pairs, written)
    for tell, numbers in zip(game.TELLS, measured, strict=True):
        real, fake = (torch.where(truth == sign, *numbers.unbind(1)) for sign in (1, -1))
        print(f"{tell.key:24} person {real.mean():6.3f}   network {fake.mean():6.3f}")
    for s in reliability(pipeline, args.pairs, written).values():
        print(f"{s.name:24} speaks in {s.speaks:6.1%}, then right in {s.right:6.1%}; with a coin {s.all_pairs:6.1%}")


if __name__ == "__main__":
    main()
