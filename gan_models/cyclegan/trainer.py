"""The game that :mod:`gan_models.cyclegan.train` plays: its losses, its networks, and one step."""

from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.core.squeezenet import SqueezeNetFeatures, load_squeezenet
from gan_models.cyclegan.evaluate import compare, describe
from gan_models.cyclegan.networks import PatchDiscriminator, ResNetGenerator
from gan_models.data.unpaired_data import ImagePool, draw_crops, to_signed
from gan_models.training.feature_discriminator import TAPS, FeatureDiscriminator
from gan_models.training.loop import MovingAverage, Run, frozen
from gan_models.training.losses import (
    discriminator_least_squares,
    discriminator_logistic,
    generator_least_squares,
    generator_nonsaturating,
)
from gan_models.training.trainer import Trainer


@dataclass
class Discriminators:
    """What judges one kind of picture: a discriminator of patches, which ships, and heads on frozen features."""

    patches: nn.Module
    heads: FeatureDiscriminator | None
    feature_extractor: SqueezeNetFeatures | None

    def answers(self, pictures: Tensor) -> list[Tensor]:
        """Opinions of the patch discriminator first, then the heads' logits; each (N, ...)."""
        seen = self.heads(self.feature_extractor(pictures, tuple(TAPS))) if self.heads else []
        return [self.patches(pictures).float(), *(logits.float() for logits in seen)]


def discriminator_loss(
    discriminators: Discriminators, real: Tensor, made: Tensor, others: Tensor, share: float, feature_weight: float
) -> Tensor:
    """Real pictures against made ones, and, with weight ``share`` to 1 - ``share``, against real ones of other kind."""
    parts = [answer.chunk(3) for answer in discriminators.answers(torch.cat([real, made, others]))]
    losses = [
        (1 - share) * loss(on_real, on_made) + share * loss(on_real, on_others)
        for loss, (on_real, on_made, on_others) in zip(
            [discriminator_least_squares] + [discriminator_logistic] * (len(parts) - 1), parts, strict=True
        )
    ]
    return losses[0] + (feature_weight * torch.stack(losses[1:]).mean() if feature_weight and len(losses) > 1 else 0.0)


def persuasion_loss(discriminators: Discriminators, made: Tensor, feature_weight: float) -> Tensor:
    """What a translator pays for not being believed. Twice the half square: the paper's weighing against the cycle."""
    patches, *seen = discriminators.answers(made)
    loss = 2 * generator_least_squares(patches)
    return loss + (feature_weight * torch.stack([generator_nonsaturating(s) for s in seen]).mean() if seen else 0.0)


def falling(progress: float) -> float:
    """The rate's factor: 1 in the first half, then linearly to 0.02."""
    return max(0.02, min(1.0, 2 * (1 - progress)))


class CycleGANTrainer(Trainer):
    """Networks, optimisers and one step of the game. Index 0 is kind A, or the translator into A; 1 is B.

    Args:
        real: training pictures of both kinds, (N, 3, S, S) uint8.
        tests: likewise those that are shown and scored.
    """

    name = "cyclegan"

    def __init__(self, run: Run, args, real: list[Tensor], tests: list[Tensor]):
        super().__init__(run)
        self.args, self.tests = args, tests
        self.pictures = [kind.to(run.device) for kind in real]
        a, b = args.names
        self.files = (f"{b}_to_{a}", f"{a}_to_{b}", f"{a}_critic", f"{b}_critic")
        self.translators = [
            self.place(ResNetGenerator(args.width, args.blocks, light=args.form == "light"), file)
            for file in self.files[:2]
        ]
        self.patches = [self.place(PatchDiscriminator(args.discriminator_width), file) for file in self.files[2:]]
        self.heads = [self.place(FeatureDiscriminator()) if args.feature_weight else None for _ in range(2)]
        if args.feature_weight or run.score_minutes:
            self.extractor = self.place(load_squeezenet(args.features))
        self.generators = {"crops": torch.Generator().manual_seed(run.seed)}
        self.pools = [ImagePool(args.pool, self.generators["crops"]) for _ in range(2)]
        pairs = {"translator": self.translators, "patches": self.patches, "heads": self.heads, "pool": self.pools}
        self.networks = {
            f"{name}_{kind}": part
            for name, pair in pairs.items()
            for kind, part in zip("ab", pair, strict=True)
            if part
        }
        self.averages = {
            f"average_{kind}": MovingAverage(translator, args.average)
            for kind, translator in zip("ab", self.translators, strict=True)
        }
        self.learning = [n for n in (*self.patches, *self.heads) if n]
        self.optimisers = {
            name: torch.optim.Adam([p for n in networks for p in n.parameters()], betas=(0.5, 0.999))
            for name, networks in (("optimise_t", self.translators), ("optimise_c", self.learning))
        }
        quick = (lambda f: torch.compile(f, dynamic=False)) if args.compile else (lambda f: f)
        self.propose = [quick(t.propose) for t in self.translators]
        self.discriminators = [
            Discriminators(quick(patches), heads, self.extractor)
            for patches, heads in zip(self.patches, self.heads, strict=True)
        ]
        self.known = describe(self.extractor, self.pictures, self.device) if run.score_minutes else []

    def begin(self) -> None:
        super().begin()
        self.run.plan = self.run.plan or self.seen["seconds"] / 60 + self.run.minutes

    def restore(self, path: Path) -> tuple[dict, dict[str, Tensor]]:
        numbers, rest = super().restore(path)
        if "done.steps" in rest:  # where these two stood before states had numbers
            numbers |= {"steps": int(rest["done.steps"]), "seconds": 60 * float(rest["done.minutes"])}
        return numbers, rest

    def rates(self, progress: float) -> dict[str, float]:
        return dict.fromkeys(self.optimisers, self.args.lr * falling(progress))

    def step(self, progress: float) -> dict[str, Tensor]:
        args = self.args
        self.count(2 * args.batch)
        real = [
            draw_crops(kind, args.batch, args.size, tuple(args.window), self.generators["crops"])
            for kind in self.pictures
        ]
        return self.play(real, progress)

    def play(self, real: list[Tensor], progress: float) -> dict[str, Tensor]:
        """Learn from real[0] (N, 3, S, S) of kind A and real[1] of B."""
        args = self.args
        made: list[Tensor] = [None, None]
        pay = cycle = share = 0.0
        with frozen(*self.learning), self.autocast:
            for kind in (0, 1):
                made[kind], mask = self.propose[kind](real[1 - kind])
                pay = pay + persuasion_loss(self.discriminators[kind], made[kind], args.feature_weight)
                share = share + (mask.float().mean() / 2 if mask is not None else 0.0)
            for kind in (0, 1):
                cycle = cycle + F.l1_loss(self.propose[kind](made[1 - kind])[0], real[kind])
            loss = pay + args.cycle * cycle + args.sparse * min(1.0, 3 * progress) * 2 * share
            if args.identity_every and self.seen["steps"] % args.identity_every == 0:
                loss = loss + args.identity * sum(F.l1_loss(self.propose[k](real[k])[0], real[k]) for k in (0, 1))
        self.descend(self.optimisers["optimise_t"], loss)
        with self.autocast:
            old = [pool.swap(m.detach().float()) for pool, m in zip(self.pools, made, strict=True)]
            loss_d = sum(
                discriminator_loss(d, real[k], old[k], real[1 - k], args.other, args.feature_weight)
                for k, d in enumerate(self.discriminators)
            )
        self.descend(self.optimisers["optimise_c"], loss_d)
        return {"discriminators": loss_d, "translators": pay, "cycle": cycle / 2, "mask": share}

    def weights(self) -> dict[str, nn.Module]:
        averages = [average.network for average in self.averages.values()]
        return dict(zip(self.files, (*averages, *self.patches), strict=True))

    def shown(self, kind: int, count: int) -> Tensor:
        """At most ``count`` test pictures of a kind."""
        return to_signed(self.tests[kind][:count]).to(self.device)

    def samples(self, count: int) -> Tensor | None:
        """Pictures of kind A, translated: a translator that collapsed gives each the same coat."""
        return self.averages["average_b"].network(self.shown(0, count)) if self.extractor else None

    def real(self, count: int) -> Tensor:
        return self.shown(1, count)

    def sheet(self) -> tuple[Tensor, int]:
        rows, columns = [], min(8, *(len(kind) for kind in self.tests))
        to_a, to_b = (average.network for average in self.averages.values())
        for kind, there, back in ((0, to_b, to_a), (1, to_a, to_b)):
            shown = self.shown(kind, columns)
            rows += [shown, there(shown), back(there(shown))]
        return torch.cat(rows), columns

    def score(self) -> tuple[float, str]:
        """The sum of both directions' SqueezeNet-FD."""
        (to_a, to_b), (a, b) = (average.network for average in self.averages.values()), self.args.names
        fd_b, kd_b = compare(to_b, self.extractor, self.tests[0], self.known[1], self.device)
        fd_a, kd_a = compare(to_a, self.extractor, self.tests[1], self.known[0], self.device)
        return fd_a + fd_b, f"{a} to {b}: FD {fd_b:.0f}, KD {kd_b:.0f}; {b} to {a}: FD {fd_a:.0f}, KD {kd_a:.0f}"
