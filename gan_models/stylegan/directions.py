"""Find the sliders of the style-based face GAN: ``python -m gan_models.stylegan.directions --data DIR``.

Writes ``stylegan_tables.safetensors``: for each of seven sliders a change of style for each layer. Prints what each
does to every answer of :mod:`gan_models.stylegan.answers`.

They start as in InterFaceGAN (Shen et al., 2020): the gradient of an answer over style vectors, without its part along
the other answers. A refinement through generator and classifier then looks, layer by layer, for the change that moves
its own answer and leaves the others alone.
"""

import argparse
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import Tensor
from tqdm import trange

from gan_models.classifiers.faces import FaceClassifier
from gan_models.core import latents
from gan_models.core.store import CHECKPOINTS_DIR, load_strictly
from gan_models.stylegan.answers import ANSWERS, Answers
from gan_models.stylegan.networks import StyleGANGenerator

SIZES = (32, 64, 128)
REACH = 0.8  # of a slider at 1, in standard deviations of style vectors along it
EXCESS = 5  # how much less than its own answer another one may move for nothing
WANTED, STRETCH = (
    2.5,
    3.0,
)  # how far a slider should move its answer from -2 to 2; how much longer it may become for that


@torch.inference_mode()
def answered(generator: StyleGANGenerator, answers: Answers, w: Tensor) -> Tensor:
    """The answers (N, 7) on the faces of style vectors (N, layers, w_dim)."""
    return torch.cat([answers(generator.synthesis(page).clamp(-1, 1)) for page in w.split(50)])


def refine(
    generator: StyleGANGenerator, answers: Answers, directions: Tensor, scatter: Tensor, steps: int, seed: int
) -> Tensor:
    """Directions (K, layers, w_dim) improved by gradient descent; each keeps its length.

    Answers are measured in their standard deviations over samples, ``scatter`` (K,).
    """
    lengths = directions.flatten(1).norm(dim=1)
    rows = directions.flatten(1).clone().requires_grad_(True)
    optimiser = torch.optim.Adam([rows], 0.02 * rows.detach().abs().mean().item())
    random = torch.Generator().manual_seed(seed)
    for step in trange(steps, desc="directions"):
        which = step % len(rows)
        w = generator.spread(generator.styles(torch.randn(8, generator.z_dim, generator=random), 0.9)).detach()
        way = 2 * (lengths[which] * F.normalize(rows[which], dim=0)).view(directions.shape[1:])
        ends = answers(generator.synthesis(torch.cat([w - way, w + way]))).chunk(2)
        change = (ends[1] - ends[0]).mean(0) / scatter
        own = change[which]
        excess = F.relu(change.abs() - own.detach().abs() / EXCESS)
        loss = F.softplus(4 - own) + 8 * (excess.square().sum() - excess[which].square())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return lengths[:, None, None] * F.normalize(rows.detach(), dim=1).view_as(directions)


def effects(
    generator: StyleGANGenerator, answers: Answers, directions: Tensor, scatter: Tensor, seed: int, count: int = 200
) -> Tensor:
    """What sliders do: (sliders, 7), the mean change of each answer between -2 and 2, in its standard deviations."""
    with torch.inference_mode():
        z = latents.seeded_noise(list(range(seed, seed + count)), generator.z_dim)
        w = generator.spread(generator.styles(z, 0.9))
    ends = [[answered(generator, answers, w + a * way) for a in (-2, 2)] for way in directions]
    return torch.stack([(high - low).mean(0) / scatter for low, high in ends])


def find_sliders(
    generator: StyleGANGenerator, answers: Answers, samples: int, steps: int, seed: int
) -> tuple[Tensor, Tensor]:
    """Directions (7, layers, w_dim), one an answer, and the answers' standard deviations (7,) over samples."""
    with torch.inference_mode():
        w = generator.styles(latents.seeded_noise(list(range(samples)), generator.z_dim))
    said = answered(generator, answers, generator.spread(w))
    scatter, spread = said.std(0), torch.cov(w.T)
    rows = latents.separate_directions(w, said)
    along = torch.einsum("kd,de,ke->k", rows, spread, rows).sqrt()
    rows = REACH * along[:, None] * rows
    rows = rows[:, None].repeat(1, generator.synthesis.layer_count, 1)
    rows = refine(generator, answers, rows, scatter, steps // 2, seed)
    own = effects(generator, answers, rows, scatter, samples, count=50).diagonal()
    rows = rows * (WANTED / own.clamp_min(1e-3)).clamp(1 / STRETCH, STRETCH)[:, None, None]
    return refine(generator, answers, rows, scatter, steps - steps // 2, seed + 1), scatter


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(".data"), help="faces128.zip or its folder")
    parser.add_argument("--weights", type=Path, default=CHECKPOINTS_DIR, help="folder of the generator")
    parser.add_argument("--size", type=int, choices=SIZES, default=SIZES[-1], help="height and width of its faces")
    parser.add_argument("--out", type=Path, default=CHECKPOINTS_DIR)
    parser.add_argument("--samples", type=int, default=4000)
    parser.add_argument("--steps", type=int, default=280)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    generator = load_strictly(StyleGANGenerator(args.size), args.weights / "stylegan_generator.safetensors")
    classifier = load_strictly(FaceClassifier(), CHECKPOINTS_DIR / "face_judge.safetensors")
    answers, agreement = Answers.fit(classifier, args.data)
    print("on real test faces: " + ", ".join(f"{k} agrees with a correlation of {v:.2f}" for k, v in agreement.items()))

    directions, scatter = find_sliders(generator, answers, args.samples, args.steps, args.seed)
    save_file({"directions": directions.contiguous()}, args.out / "stylegan_tables.safetensors")
    print("from -2 to 2, in standard deviations of each answer over samples:")
    moved = effects(generator, answers, directions, scatter, 1_000_000)
    for k, (name, row) in enumerate(zip(ANSWERS, moved, strict=True)):
        others = torch.cat([row[:k], row[k + 1 :]]).abs().max().item()
        told = "".join(f"{n} {c:+.2f}  " for n, c in zip(ANSWERS, row.tolist(), strict=True))
        print(f"  {name:8s}{told}  {row[k].item() / max(others, 1e-6):.1f} times any other")


if __name__ == "__main__":
    main()
