"""The game that :mod:`gan_models.cyclegan.train` plays: its networks, and one step."""

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.core.squeezenet import load_squeezenet
from gan_models.cyclegan.animals import AnimalFinder, coat_price, pale_more, unrest
from gan_models.cyclegan.discriminators import Discriminators, discriminator_loss, persuasion_loss
from gan_models.cyclegan.evaluate import compare, describe
from gan_models.cyclegan.networks import PatchDiscriminator, ResNetGenerator
from gan_models.data.unpaired_data import ImagePool, draw_crops, to_signed
from gan_models.training.feature_discriminator import FeatureDiscriminator
from gan_models.training.kernel_matching import KernelMatching
from gan_models.training.loop import MovingAverage, Run, frozen
from gan_models.training.trainer import Trainer


def falling(progress: float) -> float:
    """The rate's factor: 1 in the first half, then linearly to 0.02."""
    return max(0.02, min(1.0, 2 * (1 - progress)))


class CycleGANTrainer(Trainer):
    """Networks, optimisers and one step of the game. Index 0 is kind A, or the translator into A; 1 is B.

    With ``only`` one of them, the translator into the other kind and its discriminators stay as they are.

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
        self.matchings = [KernelMatching() if args.match else None for _ in range(2)]
        pairs = {"translator": self.translators, "patches": self.patches, "heads": self.heads, "pool": self.pools}
        pairs["matching"] = self.matchings
        self.kinds = [kind for kind, name in enumerate(args.names) if args.only in (None, name)]
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
        self.learning = [n for kind in self.kinds for n in (self.patches[kind], self.heads[kind]) if n]
        translating = [self.translators[kind] for kind in self.kinds]
        for network in self.translators:
            network.requires_grad_(network in translating)
        self.optimisers = {
            name: torch.optim.Adam([p for n in networks for p in n.parameters()], betas=(0.5, 0.999))
            for name, networks in (("optimise_t", translating), ("optimise_c", self.learning))
        }
        quick = (lambda f: torch.compile(f, dynamic=False)) if args.compile else (lambda f: f)
        self.propose = [quick(t.propose) for t in self.translators]
        self.discriminators = [
            Discriminators(quick(patches), heads, self.extractor, matching)
            for patches, heads, matching in zip(self.patches, self.heads, self.matchings, strict=True)
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
                with torch.set_grad_enabled(kind in self.kinds):
                    changed, mask = self.propose[kind](page)
                made[kind] = changed[:n]
                if kind not in self.kinds:
                    continue
                pay = pay + persuasion_loss(self.discriminators[kind], made[kind], args.feature_weight, args.match)
                share = share + (mask[:n].float().mean() / 2 if mask is not None else 0.0)
                if same:
                    identity = identity + F.l1_loss(changed[-n:], real[kind])
                if still is not None:
                    change, seen, rest = changed - page, animals[1 - kind], slice(n, n + len(still))
                    leak = leak + unrest(change[:n], mask[:n], (1.2 - 1.6 * seen).clamp(0, 1))
                    leak = leak + 0.5 * unrest(change[rest], mask[rest])
                    coats = coats + coat_price(bool(kind), made[kind], seen, real[kind], animals[kind], args.tint)
            for kind in (0, 1):
                cycle = cycle + F.l1_loss(self.propose[kind](made[1 - kind])[0], real[kind])
            loss = pay + args.cycle * cycle + args.sparse * min(1.0, 3 * progress) * 2 * share
            loss = loss + args.identity * identity + args.leak * leak + args.contrast * coats
        self.descend(self.optimisers["optimise_t"], loss)
        with self.autocast:
            old = [pool.swap(m.detach().float()) for pool, m in zip(self.pools, made, strict=True)]
            loss_d = 0.0
            for kind in self.kinds:
                fakes = [(old[kind], 1 - args.other), (real[1 - kind], args.other)]
                fakes += [] if still is None else [(still, args.other / 2)]
                loss_d = loss_d + discriminator_loss(self.discriminators[kind], real[kind], fakes, args.feature_weight)
        self.descend(self.optimisers["optimise_c"], loss_d)
        said = {"discriminators": loss_d, "translators": pay, "cycle": cycle / 2, "mask": share}
        return said if still is None else said | {"leak": leak, "coats": coats}

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
