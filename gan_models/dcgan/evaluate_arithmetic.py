"""Score arithmetic with faces: ``python -m gan_models.dcgan.evaluate_arithmetic --triples 200 --seed 0``.

A pool of fresh samples is sorted by the classifier: a face is an exemplar of a category where every probability that
the category asks for is at least 0.8 (``--sure``), or at most 0.2. A triple is three random faces from each of three
categories, none of them twice; A - B + C is worked out once on the averaged latents and once on the averaged pixels.
Printed is the share of results in which the classifier finds everything the sum promises (a probability on the right
side of one half), with its 95 % interval, and the discriminator's mean belief that they are real.
"""

import argparse
import itertools
import math
from dataclasses import dataclass

import torch
from torch import Tensor

from gan_models.core import latents
from gan_models.core.values import MOST_SEED
from gan_models.dcgan.arithmetic import add, add_pixels, averages
from gan_models.dcgan.attributes import ATTRIBUTES, CATEGORIES, Category, matched_gallery, sureness

EXEMPLARS = 3
GALLERY = 24
BATCH = 100


@dataclass(frozen=True)
class Task:
    """A sum of three categories, and what its result should show: attribute to yes or no."""

    title: str
    columns: tuple[str, str, str]
    promised: dict[str, bool]


TASKS = (
    Task(
        "smiling women - neutral women + neutral men", ("smiling-women", "neutral-women", "neutral-men"),
        {"smiling": True, "male": True},
    ),
    Task(
        "men with glasses - men without + women without",
        ("men-with-glasses", "men-without-glasses", "women-without-glasses"), {"eyeglasses": True, "male": False},
    ),
)  # fmt: skip


def exemplars(answers: Tensor, category: Category, sure: float) -> Tensor:
    """The rows of the classifier's answers (N, 6) that belong to a category this surely."""
    strict = Category(category.title, dict.fromkeys(category.at_least, sure), dict.fromkeys(category.at_most, 1 - sure))
    return torch.nonzero(sureness(answers, strict) >= 0).flatten()


def draw_triples(members: list[Tensor], count: int, generator: torch.Generator) -> Tensor:
    """``count`` triples of three exemplars a column: (count, 9) rows of the pool, A's, B's, C's.

    ``members`` are the rows of the pool in each of the three categories, at least three of them. No row stands twice
    in a triple, also where categories overlap.
    """
    triples = []
    for _ in range(count):
        taken: list[int] = []
        for rows in members:
            free = [row for row in rows[torch.randperm(len(rows), generator=generator)].tolist() if row not in taken]
            taken += free[:EXEMPLARS]
        triples.append(taken)
    return torch.tensor(triples)


def found(answers: Tensor, promised: dict[str, bool]) -> Tensor:
    """Which of the classifier's answers (N, 6) show everything promised, and each promise alone: (N, 1 + promises)."""
    each = [(answers[:, ATTRIBUTES.index(name)] > 0.5) == wanted for name, wanted in promised.items()]
    return torch.stack([torch.stack(each).all(0), *each], 1)


def interval(share: float, count: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    z = 1.96
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, middle - half), min(1.0, middle + half)


def results(faces, z: Tensor, triples: Tensor, strength: float) -> tuple[Tensor, Tensor]:
    """Results of triples (N, 9) of the pool's latents z: on latents and on pixels, each (N, 3, 64, 64)."""
    strengths, sizes = torch.tensor([strength]), [EXEMPLARS] * 3
    sums = torch.cat([add(averages(z[rows], sizes), strengths) for rows in triples])
    on_latents = torch.cat([faces.render(page, None) for page in sums.split(BATCH)])
    on_pixels = torch.cat([add_pixels(averages(faces.render(z[rows], None), sizes), strengths) for rows in triples])
    return on_latents, on_pixels


def main() -> None:
    """The command of this file's head."""
    from gan_models import load

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--pool", type=int, default=5000, help="fresh samples to draw the exemplars from")
    parser.add_argument("--sure", type=float, default=0.8, help="probability from which a face is an exemplar")
    parser.add_argument("--strength", type=float, default=1.0)
    parser.add_argument("--device", default="auto")
    args = parser.parse_args()
    faces = load("faces", args.device, weights="embedded")
    generator = torch.Generator().manual_seed(args.seed)
    seeds = torch.randint(MOST_SEED, (args.pool,), generator=generator).tolist()
    z = latents.seeded_noise(seeds, faces.z_dim)
    answers, real = [], []
    for page in z.split(BATCH):
        drawn = faces.render(page, None)
        answers.append(faces.attributes(drawn))
        real += faces.realness(drawn)
    answers = torch.cat(answers)
    print(f"pool: {args.pool} fresh samples, critic's mean belief {sum(real) / len(real):.0%}")
    logits = answers.logit(eps=1e-6)
    ways = {
        "galleries as the tab offers them": lambda key: torch.tensor(
            matched_gallery(z, logits, CATEGORIES[key], GALLERY), dtype=torch.long
        ),
        f"any faces of which the classifier is {args.sure:.0%} sure": lambda key: exemplars(
            answers, CATEGORIES[key], args.sure
        ),
    }
    for task, (title, choose) in itertools.product(TASKS, ways.items()):
        members = [choose(key) for key in task.columns]
        sizes = ", ".join(
            f"{len(rows)} {CATEGORIES[k].title.lower()}" for k, rows in zip(task.columns, members, strict=True)
        )
        print(f"\n{task.title}; {title}: {sizes}")
        if min(len(rows) for rows in members) < 2 * EXEMPLARS:
            print("  too few of them; raise --pool")
            continue
        triples = draw_triples(members, args.triples, generator)
        for name, pictures in zip(("latents", "pixels"), results(faces, z, triples, args.strength), strict=True):
            seen = torch.cat([faces.attributes(page) for page in pictures.split(BATCH)])
            shares = found(seen, task.promised).float().mean(0).tolist()
            low, high = interval(shares[0], args.triples)
            words = [k if v else f"not {k}" for k, v in task.promised.items()]
            alone = ", ".join(f"{w} {s:.1%}" for w, s in zip(words, shares[1:], strict=True))
            belief = [p for page in pictures.split(BATCH) for p in faces.realness(page)]
            print(
                f"  on {name}: {' and '.join(words)} in {shares[0]:.1%} of {args.triples} results "
                f"(95 %: {low:.1%} to {high:.1%}; {alone}), critic's mean belief {sum(belief) / len(belief):.0%}"
            )


if __name__ == "__main__":
    main()
