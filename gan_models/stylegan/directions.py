"""Find the sliders of the style-based face GAN: ``python -m gan_models.stylegan.directions --data DIR``.

Writes ``stylegan_tables.safetensors``: for each of seven sliders a change of style for each layer, and the units that
draw glasses, a smile or a beard. Prints what each does to every answer of :mod:`gan_models.stylegan.answers`.

They start as in InterFaceGAN (Shen et al., 2020): the gradient of an answer over style vectors, without its part along
the other answers. What they really do to samples is then measured, and they are mixed so that each moves its own
answer and leaves the others alone.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from gan_models.classifiers.faces import FaceClassifier, as_heads
from gan_models.core import latents
from gan_models.core.store import CHECKPOINTS_DIR, load_strictly
from gan_models.data.celeba import ATTRIBUTES
from gan_models.stylegan.answers import ANSWERS, SLIDERS, Answers
from gan_models.stylegan.dissect import SIDE, drawing_units, paint_without
from gan_models.stylegan.networks import WIDTHS, StyleGANGenerator

SIZES = (32, 64, 128)
LONGEST = 1.5  # of a slider at 1, in standard deviations of style vectors
WANTED = 2.5  # how far a slider moves its answer from -2 to 2, in standard deviations, unless it would be too long
CONCEPTS = ("eyeglasses", "smiling", "beard")  # whose units are looked for
SHOWING = 24  # faces on which they are
CHECKED = 200  # samples on which sliders are tried
ROUNDS = 5  # in which they are tried and mixed
DAMPED = 0.6  # of the way to a mixture that would be right if faces followed in straight lines; more overshoots
LONGER = 1.7  # than a first slider a mixed one may be: what leaves other answers alone is a longer way


@torch.inference_mode()
def answered(generator: StyleGANGenerator, answers: Callable[[Tensor], Tensor], w: Tensor) -> Tensor:
    """The answers (N, K) on the faces of style vectors (N, layers, w_dim)."""
    return torch.cat([answers(generator.synthesis(page).clamp(-1, 1)) for page in w.split(50)])


def gradients(w: Tensor, said: Tensor) -> Tensor:
    """Short steps of style (K, w_dim), each of which moves one answer by a standard deviation and, at first, no other.

    w (N, w_dim) and said (N, K). Least squares as in InterFaceGAN; lengths are measured in deviations of w, so that a
    step keeps to where faces are.
    """
    centred = w - w.mean(0)
    _, deviations, axes = torch.linalg.svd(centred, full_matrices=False)
    out = axes.T * (deviations / len(w) ** 0.5)  # from standard normal coordinates to styles
    standard = centred @ axes.T / (deviations / len(w) ** 0.5)
    slopes = torch.linalg.lstsq(standard, (said - said.mean(0)) / said.std(0)).solution
    steps = torch.linalg.pinv(slopes)
    return steps * (LONGEST / steps.norm(dim=1, keepdim=True)).clamp(max=1) @ out.T


def effects(
    generator: StyleGANGenerator,
    answers: Callable[[Tensor], Tensor],
    directions: Tensor,
    scatter: Tensor,
    seed: int,
    count: int = 200,
) -> Tensor:
    """What sliders do: (sliders, K), the mean change of each answer between -2 and 2, in its standard deviations."""
    with torch.inference_mode():
        z = latents.seeded_noise(list(range(seed, seed + count)), generator.z_dim)
        w = generator.spread(generator.styles(z, 0.9))
    ends = [[answered(generator, answers, w + a * way) for a in (-2, 2)] for way in directions]
    return torch.stack([(high - low).mean(0) / scatter for low, high in ends])


def find_sliders(
    generator: StyleGANGenerator, answers: Callable[[Tensor], Tensor], samples: int, seed: int
) -> tuple[Tensor, Tensor]:
    """Directions (K, layers, w_dim), one an answer, and the answers' standard deviations (K,) over samples.

    What the first ones really do is measured, and they are mixed so that each does it alone; a few times. Of each
    the one is kept that was seen to move its own answer most, beside what it does to the others.
    """
    with torch.inference_mode():
        w = generator.styles(latents.seeded_noise(list(range(seed, seed + samples)), generator.z_dim))
    said = answered(generator, answers, generator.spread(w))
    scatter, rows = said.std(0), gradients(w, said)
    lengths = rows.norm(dim=1)
    best, purest = rows, torch.full((len(rows),), -1.0)
    for k in range(ROUNDS):
        moved = effects(generator, answers, spread_out(generator, rows), scatter, seed + (k + 1) * samples, CHECKED)
        pure = purity(moved)
        best, purest = torch.where((pure > purest)[:, None], rows, best), torch.maximum(pure, purest)
        # each then moves its answer by one deviation, on the way from -2 to 2; a little ridge, for 200 faces are few
        mixed = torch.linalg.solve(moved.T @ moved + 0.02 * torch.eye(len(moved)), moved.T) @ rows
        mixed = mixed * torch.minimum(LONGER * lengths / mixed.norm(dim=1), torch.tensor(WANTED))[:, None]
        rows = torch.lerp(rows, mixed, DAMPED)
    return spread_out(generator, best), scatter


def purity(moved: Tensor) -> Tensor:
    """How far each of K sliders moves its own answer beside the one of the others that it moves most, (K, K) to (K,).

    A tenth of a deviation is added to the latter: so much chance is in 200 faces.
    """
    others = moved - moved.diag().diag()
    return moved.diag() / (others.abs().amax(1) + 0.1)


def spread_out(generator: StyleGANGenerator, rows: Tensor) -> Tensor:
    """Steps of style (K, w_dim) for every layer: (K, layers, w_dim)."""
    return rows[:, None].repeat(1, generator.synthesis.layer_count, 1)


def find_units(generator: StyleGANGenerator, classifier: nn.Module, samples: int) -> dict[str, Tensor]:
    """The units that draw each of :data:`CONCEPTS`, as tables, from the faces of so many seeds that show it most.

    Prints what the classifier then says of faces without them.
    """
    with torch.inference_mode():
        w = generator.spread(generator.styles(latents.seeded_noise(list(range(samples)), generator.z_dim), 0.9))
    said = answered(generator, lambda faces: classifier(as_heads(faces)), w)
    tables = {}
    for name in CONCEPTS:
        attribute = ATTRIBUTES.index(name)
        most = said[:, attribute].topk(SHOWING).indices
        showing = w[most].clone()
        found = drawing_units(generator.synthesis, classifier, showing, attribute)
        tables[f"units.{name}"] = found.int()
        with torch.inference_mode():
            gains = torch.ones(WIDTHS[SIDE]).index_fill(0, found, 0.0)
            left = classifier(as_heads(paint_without(generator.synthesis, showing, gains).clamp(-1, 1)))
        fall = (left.mean(0) - said[most].mean(0)) / said.std(0)
        told = "".join(f"{n} {c:+.2f}  " for n, c in zip(ATTRIBUTES, fall.tolist(), strict=True))
        print(f"without the units of {name}: {told}")
    return tables


def main() -> None:
    """The command of this file's head."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(".data"), help="faces128.zip or its folder")
    parser.add_argument("--weights", type=Path, default=CHECKPOINTS_DIR, help="folder of the generator")
    parser.add_argument("--size", type=int, choices=SIZES, default=SIZES[-1], help="height and width of its faces")
    parser.add_argument("--out", type=Path, default=CHECKPOINTS_DIR)
    parser.add_argument("--samples", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    generator = load_strictly(StyleGANGenerator(args.size), args.weights / "stylegan_generator.safetensors")
    classifier = load_strictly(FaceClassifier(), CHECKPOINTS_DIR / "face_judge.safetensors")
    answers, agreement = Answers.fit(classifier, args.data)
    print("on real test faces: " + ", ".join(f"{k} agrees with a correlation of {v:.2f}" for k, v in agreement.items()))

    directions, scatter = find_sliders(generator, answers, args.samples, args.seed)
    directions = directions[: len(SLIDERS)]
    tables = {"directions": directions.contiguous()} | find_units(generator, classifier, args.samples // 2)
    save_file(tables, args.out / "stylegan_tables.safetensors")
    print("from -2 to 2, in standard deviations of each answer over samples:")
    moved = effects(generator, answers, directions, scatter, 1_000_000)
    for k, (name, row) in enumerate(zip(SLIDERS, moved, strict=True)):
        others = torch.cat([row[:k], row[k + 1 :]]).abs().max().item()
        told = "".join(f"{n} {c:+.2f}  " for n, c in zip(ANSWERS, row.tolist(), strict=True))
        print(f"  {name:8s}{told}  {row[k].item() / max(others, 1e-6):.1f} times any other")


if __name__ == "__main__":
    main()
