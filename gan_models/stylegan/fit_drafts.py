"""Fit the reader of drafts: ``python -m gan_models.stylegan.fit_drafts --data DIR --features SQUEEZENET``.

Readers (vision-language models) who saw nothing but sheets of 25 marked 3,600 faces (``marks.txt``: seeds, or the first
of a row, and what was said of each: 2 passes at a glance, 1 has a flaw that is seen, 0 is broken); 1,200 of them are
what a first fit held for the best of 15,000. A logistic regression learns what they would say of a picture, from
SqueezeNet's features of face, eyes and mouth, and from how alike and how sharp the eyes are.
:class:`~gan_models.stylegan.drafts.DraftReader` learns to say it of style vectors, without what follows from age,
gender, brightness and warmth, so that nobody's face is left out for being what it is, and less the colour cast, which
may be too warm as well as too cool. Half of what it learns from is what a first attempt would paint.
"""

import argparse
from pathlib import Path
from statistics import fmean

import torch
import torch.nn.functional as F
from torch import Tensor
from tqdm import trange

from gan_models.classifiers.faces import FaceClassifier
from gan_models.core import latents
from gan_models.core.squeezenet import load_squeezenet
from gan_models.core.store import CHECKPOINTS_DIR, load_strictly
from gan_models.data.celeba import to_signed
from gan_models.data.portraits import load_portraits
from gan_models.stylegan.answers import ANSWERS, FIT_ON, Answers, cast, colours
from gan_models.stylegan.drafts import DRAFTS, DraftReader
from gan_models.stylegan.measures import Measures
from gan_models.stylegan.networks import StyleGANGenerator
from gan_models.training.loop import save_weights

MARKS = Path(__file__).with_name("marks.txt")
CAST = 0.5  # what a cast costs, beside a standard deviation of what readers would say
TRUNCATION, PASSES = 0.7, 2  # at which the faces were marked; the mark that counts
RIDGE, FOLDS, SOME = 0.15, 8, 8  # SOME: seeds from which those are chosen that are looked at in the end
RAISED = 4  # steps up the slope of these: farther than the page goes, so that what lies there is known
KEPT = ("age", "gender", "brightness", "warmth")  # answers that the choice must leave as they are
FIRST = 1_000_000  # of the seeds that are looked at


def read_marks(path: Path = MARKS) -> list[tuple[list[int], Tensor]]:
    """For each reader the seeds, and which of their faces passed, as 0 and 1."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        told, said = line.split()
        seeds = [int(seed) for seed in told.split(",")]
        if len(seeds) == 1:
            seeds = list(range(seeds[0], seeds[0] + len(said)))
        found.append((seeds, torch.tensor([float(int(mark) >= PASSES) for mark in said])))
    return found


def logistic(seen: Tensor, passed: Tensor, reader: Tensor) -> Tensor:
    """Weights (D,) of what was seen (N, D), with a strictness of each reader's own: (N, readers) tells whose mark."""
    both = torch.cat([reader, seen], 1).double()
    weights = torch.zeros(both.shape[1], dtype=torch.float64, requires_grad=True)
    search = torch.optim.LBFGS([weights], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        search.zero_grad()
        dear = RIDGE * weights[reader.shape[1] :].square().sum()
        price = F.binary_cross_entropy_with_logits(both @ weights, passed.double()) + dear
        price.backward()
        return price

    search.step(loss)
    return weights.detach()[reader.shape[1] :].float()


def ranked(said: Tensor, passed: Tensor) -> float:
    """How often of two faces the one that passed is rated above the one that did not (area under the ROC curve)."""
    return (said[passed > 0.5][:, None] > said[passed < 0.5]).float().mean().item()


def without(said: Tensor, known: Tensor, fair: int) -> Tensor:
    """``said`` (N,) without what a cubic of ``known`` (N, K) tells of it and, half, of how far apart it lies.

    Both are learned from the first ``fair`` of them. The second is for the best of many: of a kind of faces that differ
    more among themselves more would be chosen, though they be no better on average. All of it would overshoot.
    """
    x = ((known - known[:fair].mean(0)) / known[:fair].std(0)).clamp(-4, 4)
    pairs = [x[:, i] * x[:, k] for i in range(x.shape[1]) for k in range(i)]
    terms = torch.cat([torch.ones(len(x), 1), x, x.square(), x**3, torch.stack(pairs, 1)], 1)

    def expected(y: Tensor) -> Tensor:
        return terms @ torch.linalg.lstsq(terms[:fair], y[:fair, None]).solution[:, 0]

    left = said - expected(said)
    apart = expected(left.abs())
    left = left / apart.clamp_min(apart[:fair].mean() / 2).sqrt()
    return scaled(left, fair)


def scaled(x: Tensor, fair: int) -> Tensor:
    """``x`` (N,) with a mean of 0 and a standard deviation of 1 over the first ``fair``."""
    return (x - x[:fair].mean()) / x[:fair].std()


def fit_reader(w: Tensor, wanted: Tensor, steps: int) -> DraftReader:
    """Taught to say ``wanted`` (N,) of style vectors (N, w_dim)."""
    reader = DraftReader(w.shape[1])
    reader.mean.copy_(w.mean(0))
    reader.std.copy_(w.std(0))
    optimiser = torch.optim.AdamW(reader.parameters(), 3e-3, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, steps)
    for _ in range(steps):
        which = torch.randint(len(w), (512,))
        optimiser.zero_grad()
        (reader(w[which]) - wanted[which]).square().mean().backward()
        optimiser.step()
        schedule.step()
    return reader.eval().requires_grad_(False)


def report(name: str, chosen: Tensor, all_: Tensor) -> None:
    """How the answers (M, K) on chosen faces differ from those on all (N, K)."""
    shift, width = (chosen.mean(0) - all_.mean(0)) / all_.std(0), chosen.std(0) / all_.std(0)
    told = (f"{n} {s:+.2f} x{w:.2f}" for n, s, w in zip(ANSWERS, shift.tolist(), width.tolist(), strict=True))
    print(f"{name}, shift in deviations and width: " + ", ".join(told))


def main() -> None:
    """The command of this file's head."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(".data"), help="faces128.zip or its folder")
    parser.add_argument("--features", type=Path, help="SqueezeNet 1.1 as safetensors; else torchvision fetches it")
    parser.add_argument("--out", type=Path, default=CHECKPOINTS_DIR)
    parser.add_argument("--samples", type=int, default=24_000, help="faces that are looked at")
    parser.add_argument("--steps", type=int, default=3000, help="of teaching")
    args = parser.parse_args()
    torch.manual_seed(0)
    generator = load_strictly(StyleGANGenerator(), CHECKPOINTS_DIR / "stylegan_generator.safetensors")
    extractor = load_squeezenet(args.features)
    classifier = load_strictly(FaceClassifier(), CHECKPOINTS_DIR / "face_judge.safetensors")
    answers, _ = Answers.fit(classifier, args.data)
    real = colours(to_signed(load_portraits(args.data, "train", FIT_ON)))

    @torch.inference_mode()
    def styles_of(seeds: list[int]) -> Tensor:
        return generator.styles(latents.seeded_noise(seeds, generator.z_dim))

    @torch.inference_mode()
    def paint(w: Tensor) -> Tensor:
        return generator.synthesis(generator.spread(torch.lerp(generator.mean_w, w, TRUNCATION))).clamp(-1, 1)

    readers = read_marks()
    passed = torch.cat([said for _, said in readers])
    whose = F.one_hot(torch.repeat_interleave(torch.tensor([len(said) for _, said in readers]))).float()
    marked = styles_of([seed for seeds, _ in readers for seed in seeds])
    faces = [paint(page) for page in marked.split(50)]
    measured = Measures(extractor, faces)
    seen = torch.cat([measured(page) for page in faces])
    seen, offset = seen - seen.mean(0), seen.mean(0)
    held_out = torch.zeros(len(seen))
    for part in torch.randperm(len(seen)).chunk(FOLDS):
        rest = torch.ones(len(seen), dtype=torch.bool).index_fill(0, part, False)
        held_out[part] = seen[part] @ logistic(seen[rest], passed[rest], whose[rest])
    weights = logistic(seen, passed, whose)
    by_reader = [ranked(held_out[mine > 0], passed[mine > 0]) for mine in whose.T]
    print(f"{len(passed)} marks, {passed.mean():.0%} pass; of a picture, held out: ranked right {fmean(by_reader):.3f}")

    fair = args.samples // 2
    tried, reader, pages = fair // 5, None, []
    for k in trange(0, args.samples, 50):
        w = styles_of(list(range(FIRST + k, FIRST + k + 50)))
        if k >= fair:  # what the page would paint
            w = styles_of(list(range(FIRST + SOME * k, FIRST + SOME * (k + 50))))
            w = reader.raised(w[best_of(reader(w), SOME)], RAISED)
        faces = paint(w)
        with torch.inference_mode():
            pages.append((w, (measured(faces) - offset) @ weights, answers(faces), cast(colours(faces), real)))
        if k + 50 in (fair, (fair + args.samples) // 2, args.samples):
            styles, verdict, told, casts = (torch.cat(column) for column in zip(*pages, strict=True))
            wanted = without(verdict, told[:, [ANSWERS.index(name) for name in KEPT]], fair)
            wanted = scaled(wanted - CAST * casts, fair)
            reader = fit_reader(styles[tried:], wanted[tried:], args.steps)
    error = (reader(styles[:tried]) - wanted[:tried]).square().mean() / wanted[:tried].var()
    right = fmean([ranked(reader(marked[mine > 0]), passed[mine > 0]) for mine in whose.T])
    print(f"of a style vector: {1 - error:.2f} of the variance of what was wanted; ranked right {right:.3f}")
    print(f"verdict, raised: {wanted[-fair // 2 :].mean():.2f} +- {wanted[-fair // 2 :].std():.2f}")
    report(f"the best of {DRAFTS}", told[best_of(reader(styles[:fair]), DRAFTS)], told[:fair])
    report(f"the best of {SOME}, raised", told[-fair // 2 :], told[:fair])
    args.out.mkdir(parents=True, exist_ok=True)
    save_weights(reader, args.out / "stylegan_drafts.safetensors")


def best_of(believed: Tensor, count: int) -> Tensor:
    """Where in every ``count`` of what is believed (N,) the best stands: (N // count,)."""
    groups = believed[: len(believed) // count * count].view(-1, count)
    return groups.argmax(1) + count * torch.arange(len(groups))


if __name__ == "__main__":
    main()
