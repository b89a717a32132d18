"""Measure what the face tabs need beside the networks: ``python -m gan_models.dcgan.directions``.

Writes ``faces_tables.safetensors``: a direction for each slider, seeds for each gallery, and the units that draw hair,
glasses or a smile. Prints what each slider does to every attribute, and what switching units off does.

Directions of attributes start from InterFaceGAN (Shen et al., 2020): the gradient of the classifier's answer, without
its part along the other attributes. A refinement through generator and classifier then looks for the direction that
moves its own answer and leaves the others alone. Those without a name are principal components (GANSpace, Härkönen et
al., 2020) of what is left.
"""

import argparse
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import Tensor, nn
from tqdm import trange

from gan_models.classifiers.faces import FaceClassifier
from gan_models.core import latents
from gan_models.core.sampler import find_directions
from gan_models.core.store import CHECKPOINTS_DIR, load_strictly
from gan_models.data.celeba import ATTRIBUTES
from gan_models.dcgan.attributes import CATEGORIES, matched_gallery
from gan_models.dcgan.networks import DCGANGenerator
from gan_models.dcgan.pipeline import fold_norms

NAMELESS = 4
REACH = 1.6  # length of a direction: three standard deviations of one number in 128 hardly show
GALLERY = 24
CONCEPT_UNITS = 12
CONCEPTS = ("smiling", "eyeglasses", "bangs", "beard")


@torch.inference_mode()
def answers(generator: DCGANGenerator, classifier: nn.Module, z: Tensor, gains: Tensor | float = 1.0) -> Tensor:
    """The classifier's logits (N, 6) on the faces of z (N, z_dim), whose units at 16x16 are multiplied by gains."""
    return torch.cat([classifier(generator.paint(generator.draft(page) * gains)) for page in z.split(100)])


def refine(
    generator: DCGANGenerator, classifier: nn.Module, directions: Tensor, scatter: Tensor, steps: int, seed: int
) -> Tensor:
    """Directions (K, D) improved by gradient descent: on average the own answer moves far, the others hardly.

    Answers are measured in their standard deviations over samples, ``scatter`` (K,). Another answer costs nothing
    until it moves by more than a fifth of the own one.
    """
    rows = directions.clone().requires_grad_(True)
    optimiser = torch.optim.Adam([rows], 4e-3)
    random = torch.Generator().manual_seed(seed)
    for step in trange(steps, desc="directions"):
        which = step % len(rows)
        z = torch.randn(16, rows.shape[1], generator=random)
        way = 2 * REACH * F.normalize(rows[which], dim=0)
        change = (classifier(generator(z + way)) - classifier(generator(z - way))).mean(0) / scatter
        own = change[which]
        excess = F.relu(change.abs() - own.detach().abs() / 5)
        loss = F.softplus(4 - own) + 8 * (excess.square().sum() - excess[which].square())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return F.normalize(rows.detach(), dim=1)


def effects(generator: DCGANGenerator, classifier: nn.Module, directions: Tensor, scatter: Tensor, seed: int) -> Tensor:
    """What sliders do: (sliders, attributes), the mean change of each answer between -2 and 2, in its deviations."""
    z = torch.randn(300, directions.shape[1], generator=torch.Generator().manual_seed(seed))
    rows = []
    for direction in directions:
        ends = [
            answers(generator, classifier, latents.move(z, direction[None], torch.tensor([a]))) for a in (-2.0, 2.0)
        ]
        rows.append((ends[1] - ends[0]).mean(0) / scatter)
    return torch.stack(rows)


@torch.inference_mode()
def drawing_units(
    generator: DCGANGenerator, classifier: nn.Module, z: Tensor, logits: Tensor, attribute: int
) -> Tensor:
    """The units at 16x16, (12,), each of which is missed most when it alone is switched off (Bau et al., 2019).

    Missed by the classifier, on the faces of z (N, z_dim) whose ``logits`` (N, 6) show the attribute most clearly.
    """
    units = generator.draft(z[logits[:, attribute].topk(40).indices])
    left = []
    for unit in range(units.shape[1]):
        without = units.clone()
        without[:, unit] = 0
        left.append(classifier(generator.paint(without))[:, attribute].mean())
    return torch.stack(left).topk(CONCEPT_UNITS, largest=False).indices.sort().values


def main() -> None:
    """The command of this file's head."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, default=CHECKPOINTS_DIR, help="folder with generator and judge")
    parser.add_argument("--out", type=Path, default=CHECKPOINTS_DIR)
    parser.add_argument("--samples", type=int, default=12_000)
    parser.add_argument("--steps", type=int, default=240)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    generator = fold_norms(load_strictly(DCGANGenerator(), args.weights / "faces_generator.safetensors"))
    classifier = load_strictly(FaceClassifier(), args.weights / "face_judge.safetensors")

    z = latents.seeded_noise(list(range(args.samples)), generator.z_dim)
    logits = answers(generator, classifier, z)
    scatter = logits.std(0)
    named = refine(generator, classifier, latents.separate_directions(z, logits), scatter, args.steps, args.seed)
    orthonormal = torch.linalg.qr(named.T).Q.T
    free = find_directions(lambda x, _: generator(x), generator.z_dim, known=orthonormal, count=NAMELESS)[len(named) :]
    named[ATTRIBUTES.index("young")] *= -1  # the slider says age
    tables = {"directions": REACH * torch.cat([named, free])}
    for name, category in CATEGORIES.items():
        tables[f"gallery.{name}"] = torch.tensor(matched_gallery(z, logits, category, GALLERY), dtype=torch.int32)
    for name in CONCEPTS:
        tables[f"units.{name}"] = drawing_units(generator, classifier, z, logits, ATTRIBUTES.index(name)).int()
    save_file({k: v.contiguous() for k, v in tables.items()}, args.out / "faces_tables.safetensors")

    print("from -2 to 2, in standard deviations of each answer over samples:")
    labels = [*ATTRIBUTES[:-1], "age", *(f"nameless {k}" for k in range(1, NAMELESS + 1))]
    for label, row in zip(
        labels, effects(generator, classifier, tables["directions"], scatter, args.seed + 1), strict=True
    ):
        print(f"  {label:11s}" + "".join(f"{n} {c:+.2f}  " for n, c in zip(ATTRIBUTES, row.tolist(), strict=True)))
    print("galleries: " + ", ".join(f"{k} {len(v)}" for k, v in tables.items() if k.startswith("gallery.")))
    for name in CONCEPTS:
        gains = torch.ones(2 * generator.width, 1, 1)
        gains[tables[f"units.{name}"].long()] = 0
        having = z[logits[:, ATTRIBUTES.index(name)].topk(200).indices]
        fall = (answers(generator, classifier, having, gains) - answers(generator, classifier, having)).mean(
            0
        ) / scatter
        print(f"without the units of {name}: " + "".join(
            f"{n} {c:+.2f}  " for n, c in zip(ATTRIBUTES, fall.tolist(), strict=True)
        ))  # fmt: skip


if __name__ == "__main__":
    main()
