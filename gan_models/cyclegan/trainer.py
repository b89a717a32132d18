"""The game that :mod:`gan_models.cyclegan.train` plays: its losses, its networks, and one step."""

from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.core.squeezenet import SqueezeNetFeatures, load_squeezenet
from gan_models.cyclegan.animals import AnimalFinder, coat_contrast, pale_more, unrest
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
    discriminators: Discriminators, real: Tensor, fakes: list[tuple[Tensor, float]], feature_weight: float
) -> Tensor:
    """Real pictures against each of ``fakes``, which come with weights: made ones, the other kind's, and so on."""
    pages = [real, *(page for page, _ in fakes)]
    answers = [answer.split([len(page) for page in pages]) for answer in discriminators.answers(torch.cat(pages))]
    losses = [
        sum(weight * loss(on_real, on_fake) for on_fake, (_, weight) in zip(on_fakes, fakes, strict=True))
        for loss, (on_real, *on_fakes) in zip(
            [discriminator_least_squares] + [discriminator_logistic] * (len(answers) - 1), answers, strict=True
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
        negatives: likewise, those that show neither kind.
    """

    name = "cyclegan"

    def __init__(self, run: Run, args, real: list[Tensor], tests: list[Tensor], negatives: Tensor | None = None):
        super().__init__(run)
        self.args, self.tests = args, tests
        self.pictures = [kind.to(run.device) for kind in real]
        self.negatives, self.draws = negatives if negatives is None else negatives.to(run.device), [None, None]
        if negatives is not None:
            finder = AnimalFinder(args.features).to(run.device).fit(self.pictures, self.negatives)
            self.pictures = [finder.mark(kind) for kind in self.pictures]
            self.draws[0] = pale_more(self.pictures[0], args.pale)
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
        self.pools = [ImagePool(args.pool) for _ in range(2)]
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
        self.known = describe(self.extractor, real, self.device) if run.score_minutes else []

    def begin(self) -> None:
        super().begin()
        self.run.plan = self.run.plan or self.seen["seconds"] / 60 + self.run.minutes

    def restore(self, path: Path) -> tuple[dict, dict[str, Tensor]]:
        numbers, rest = super().restore(path)
        if "done.steps" in rest:  # where these two stood before states had numbers
            numbers |= {"steps": int(rest["done.steps"]), "seconds": 60 * float(rest["done.minutes"])}
        return numbers, rest

    def rates(self, progress: float) -> dict[str, float]:
        """Translators that were trained before wait a little for discriminators that begin anew."""
        wait = min(1.0, 0.05 + 25 * progress) if self.run.resume and self.run.resume.is_dir() else 1.0
        rate = self.args.lr * falling(progress)
        return {"optimise_t": rate * wait, "optimise_c": rate}

    def draw(self, pictures: Tensor, count: int, weights: Tensor | None = None) -> Tensor:
        """``count`` crops as the options want them; see :func:`~gan_models.data.unpaired_data.draw_crops`."""
        return draw_crops(pictures, count, self.args.size, tuple(self.args.window), weights=weights)

    def step(self, progress: float) -> dict[str, Tensor]:
        args = self.args
        self.count(2 * args.batch)
        drawn = [self.draw(*pair) for pair in zip(self.pictures, [args.batch] * 2, self.draws, strict=True)]
        real = [page[:, :3].contiguous(memory_format=torch.channels_last) for page in drawn]
        if self.negatives is None:
            return self.play(real, progress)
        animals = [page[:, 3:].add(1).div(2) for page in drawn]
        return self.play(real, progress, animals, self.draw(self.negatives, max(1, args.batch // 2)))

    def play(
        self, real: list[Tensor], progress: float, animals: list[Tensor] | None = None, still: Tensor | None = None
    ) -> dict[str, Tensor]:
        """Learn from real[0] (N, 3, S, S) of kind A and real[1] of B.

        ``animals`` says where the animals in them are, (N, 1, S, S) in [0, 1]; ``still`` (M, 3, S, S) shows none.
        """
        args, n = self.args, len(real[0])
        same = bool(args.identity_every) and self.seen["steps"] % args.identity_every == 0
        made: list[Tensor] = [None, None]
        pay = cycle = share = identity = leak = coats = 0.0
        with frozen(*self.learning), self.autocast:
            for kind in (0, 1):
                source = real[1 - kind]
                page = torch.cat([source, *([] if still is None else [still]), *([real[kind]] if same else [])])
                page = page.contiguous(memory_format=torch.channels_last)
                changed, mask = self.propose[kind](page)
                made[kind] = changed[:n]
                pay = pay + persuasion_loss(self.discriminators[kind], made[kind], args.feature_weight)
                share = share + (mask[:n].float().mean() / 2 if mask is not None else 0.0)
                if same:
                    identity = identity + F.l1_loss(changed[-n:], real[kind])
                if still is not None:
                    change, seen, rest = changed - page, animals[1 - kind], slice(n, n + len(still))
                    leak = leak + unrest(change[:n], mask[:n], (1.2 - 1.6 * seen).clamp(0, 1))
                    leak = leak + 0.5 * unrest(change[rest], mask[rest])
                    coats = coats + self.dull(kind, made[kind], seen, real[kind], animals[kind])
            for kind in (0, 1):
                cycle = cycle + F.l1_loss(self.propose[kind](made[1 - kind])[0], real[kind])
            loss = pay + args.cycle * cycle + args.sparse * min(1.0, 3 * progress) * 2 * share
            loss = loss + args.identity * identity + args.leak * leak + args.contrast * coats
        self.descend(self.optimisers["optimise_t"], loss)
        with self.autocast:
            old = [pool.swap(m.detach().float()) for pool, m in zip(self.pools, made, strict=True)]
            loss_d = 0.0
            for kind, discriminators in enumerate(self.discriminators):
                fakes = [(old[kind], 1 - args.other), (real[1 - kind], args.other)]
                fakes += [] if still is None else [(still, args.other / 2)]
                loss_d = loss_d + discriminator_loss(discriminators, real[kind], fakes, args.feature_weight)
        self.descend(self.optimisers["optimise_c"], loss_d)
        said = {"discriminators": loss_d, "translators": pay, "cycle": cycle / 2, "mask": share}
        return said if still is None else said | {"leak": leak, "coats": coats}

    @staticmethod
    def dull(kind: int, made: Tensor, animal: Tensor, real: Tensor, real_animal: Tensor) -> Tensor:
        """By how much the coats of made zebras have less contrast than real ones, or those of made horses more."""
        found, counts = coat_contrast(made, animal)
        known, weights = coat_contrast(real, real_animal)
        wanted = (known * weights).sum() / weights.sum().clamp_min(1e-3)
        off = F.relu(0.95 * wanted - found) if kind else F.relu(found - 1.05 * wanted)
        return (off * counts).mean()

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
