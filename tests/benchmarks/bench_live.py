"""Ours against bare PyTorch: ``python -m tests.benchmarks.bench_live [--ring] [--digits] [--grid] [--modes]
[--infogan digits]``.

The same networks, optimisers and batch in a plain loop and in the engine, in turns, in one run; then how long a
ring and readable digits take on one thread, frames and pictures included. Run it on a quiet machine.
"""

import argparse
import itertools
import statistics
import time

import torch
from torch.nn.functional import softplus

from gan_models.data.mnist_subsets import DIGITS, SUBSETS
from gan_models.live.networks import PointDiscriminator, PointGenerator, SmallDCDiscriminator, SmallDCGenerator
from gan_models.live.pictures import PictureRun
from gan_models.live.point_frame import draw
from gan_models.live.point_sets import ring
from gan_models.live.points import PointRun
from gan_models.live.presets import PRESETS
from gan_models.live.recipes import RECIPES, PictureSettings
from gan_models.live.settings import PointSettings
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.tabs.learn.handlers import LearnHandlers


def bare_points(batch: int = 128):
    """A GAN step as a tutorial would write it, with what the engine has by default: an average, and losses read out."""
    g, d, average, target = PointGenerator(), PointDiscriminator(), PointGenerator(), ring()
    optimise_g = torch.optim.Adam(g.parameters(), 2e-3, (0.5, 0.99), fused=True)
    optimise_d = torch.optim.Adam(d.parameters(), 2e-3, (0.5, 0.99), fused=True)
    centres = target.skeleton

    def step():
        real = centres[torch.randint(8, (batch,))] + 0.03 * torch.randn(batch, 2)
        with torch.no_grad():
            fake = g(torch.rand(batch, 2) * 2 - 1)
        on_real, on_fake = d(torch.cat([real, fake])).split(batch)
        loss = softplus(-on_real).mean() + softplus(on_fake).mean()
        optimise_d.zero_grad()
        loss.backward()
        optimise_d.step()
        loss_g = softplus(-d(g(torch.rand(batch, 2) * 2 - 1))).mean()
        optimise_g.zero_grad()
        loss_g.backward()
        optimise_g.step()
        with torch.no_grad():
            for mine, theirs in zip(average.parameters(), g.parameters(), strict=True):
                mine.lerp_(theirs, 0.01)
        return loss.item(), loss_g.item()

    return step


def bare_digits(images, labels, batch: int):
    g, d = (n.to(memory_format=torch.channels_last) for n in (SmallDCGenerator(), SmallDCDiscriminator()))
    optimise_g = torch.optim.Adam(g.parameters(), 2e-3, (0.5, 0.99), fused=True)
    optimise_d = torch.optim.Adam(d.parameters(), 2e-3, (0.5, 0.99), fused=True)

    def step():
        pick = torch.randint(len(images), (batch,))
        real, y = images[pick].unsqueeze(1).float() / 127.5 - 1, labels[pick]
        fake = g(torch.randn(batch, g.z_dim), y)
        on_real, on_fake = d(torch.cat([real, fake.detach()]), torch.cat([y, y])).split(batch)
        loss = softplus(-on_real).mean() + softplus(on_fake).mean()
        optimise_d.zero_grad()
        loss.backward()
        optimise_d.step()
        loss_g = softplus(-d(fake, y)).mean()
        optimise_g.zero_grad()
        loss_g.backward()
        optimise_g.step()
        return loss.item(), loss_g.item()

    return step


def compare(name: str, ours, bare, steps: int, rounds: int = 7) -> float:
    """Medians of CPU milliseconds a step, in turns; returns ours / bare."""
    times: dict[str, list[float]] = {"ours": [], "bare": []}
    for _ in range(rounds):
        for key, step in (("bare", bare), ("ours", ours)):
            start = time.process_time()
            for _ in range(steps):
                step()
            times[key].append((time.process_time() - start) / steps * 1000)
    mine, plain = (statistics.median(times[k][1:]) for k in ("ours", "bare"))
    print(f"{name}: ours {mine:.2f} ms, bare PyTorch {plain:.2f} ms a step, ratio {mine / plain:.3f}", flush=True)
    return mine / plain


def time_points(preset: str, good: float, seed: int) -> None:
    """Seconds until a preset covers all modes with so large a share of good points, ten frames a second included."""
    run, start, cpu = PointRun(PointSettings(**PRESETS[preset].settings, seed=seed)), time.time(), time.process_time()
    modes = len(run.target.skeleton)
    while time.time() - start < 90:
        run.train(0.08, 10**6)
        frame = draw(run)
        if frame["covered"] == modes and frame["good"] >= good:
            break
    print(f"{preset}, seed {seed}: {frame['covered']} of {modes}, {frame['good']:.1%} after {run.step} steps, "
          f"{time.time() - start:.1f} s ({time.process_time() - cpu:.1f} s of CPU)", flush=True)  # fmt: skip


def time_pictures(data: str, recipe: str, seed: int, seconds: int) -> None:
    """The judge's opinion after each sixth of the time, one wall every third of a second included."""
    scorer, images, labels = LearnHandlers(ModelPool("cpu", "embedded")).judged(data)
    start, cpu = time.time(), time.process_time()
    run = PictureRun(PictureSettings(recipe, seed=seed, data=data), images, labels)
    for mark in range(seconds // 6, seconds + 1, seconds // 6):
        while (left := start + mark - time.time()) > 0:
            run.train(min(left, 0.33), 10**6)
            run.wall()
        scores = scorer(run.pictures(500))
        purity = run.report(scores.read).get("purity")
        found = "" if purity is None else f", purity {purity:.1%}"
        said = f"judge {scores.sure:.1%} sure, {scores.covered} of 10, F {scores.frechet:.2f}{found}"
        spent = f"{mark} s ({time.process_time() - cpu:.0f} s of CPU), step {run.step}"
        print(f"{data}, {recipe}, seed {seed}: {spent}, {said}", flush=True)


def count_digits(recipe: str, seed: int) -> None:
    """How many of the ten digits the judge finds after 200 and 400 steps, and what a step costs."""
    scorer, images, labels = LearnHandlers(ModelPool("cpu", "embedded")).judged("digits")
    run, cpu, covered = PictureRun(PictureSettings(recipe, seed=seed), images, labels), 0.0, []
    for _ in range(2):
        start = time.process_time()
        run.train(float("inf"), 200)
        cpu += time.process_time() - start
        covered.append(scorer(run.pictures(500)).covered)
    found = " and ".join(map(str, covered))
    print(f"{recipe}, seed {seed}: {found} of 10, {cpu / run.step * 1000:.0f} ms a step", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ring", action="store_true", help="also time the ring from five seeds")
    parser.add_argument("--digits", action="store_true", help="also train digits for a minute")
    parser.add_argument("--infogan", choices=SUBSETS, help="only this: what InfoGAN finds in 90 s, from five seeds")
    parser.add_argument("--grid", action="store_true", help="only this: how soon the grid is covered, from five seeds")
    parser.add_argument("--modes", action="store_true", help="only this: a hasty generator's digits, and its cures'")
    args = parser.parse_args()
    torch.set_num_threads(1)
    if args.grid:
        for seed in range(5):
            time_points("grid", 0.5, seed)
        return
    if args.modes:
        for recipe, seed in itertools.product(("hasty", *RECIPES["hasty"].cures), range(5)):
            count_digits(recipe, seed)
        return
    if args.infogan:
        for seed in range(5):
            time_pictures(args.infogan, "infogan", seed, 90)
        return
    images, labels = DIGITS.load()
    worst = max(
        compare("points", PointRun(PointSettings()).both, bare_points(), 60),
        compare("digits", PictureRun(PictureSettings(), images, labels).both,
                bare_digits(images, labels, RECIPES["dcgan"].batch), 12),
    )  # fmt: skip
    for seed in range(5) if args.ring else ():
        time_points("healthy", 0.9, seed)
    if args.digits:
        time_pictures("digits", "dcgan", 0, 60)
    if worst > 1.15:
        raise SystemExit(f"the engine is {worst - 1:.0%} slower than a bare loop; the limit is 15 %")


if __name__ == "__main__":
    main()
