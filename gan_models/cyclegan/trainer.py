"""The game that :mod:`gan_models.cyclegan.train` plays: its losses, its networks, and one step."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.core.device import fast_bfloat16
from gan_models.core.squeezenet import SqueezeNetFeatures, load_squeezenet
from gan_models.core.store import load_strictly
from gan_models.cyclegan.networks import PatchDiscriminator, ResNetGenerator
from gan_models.data.unpaired_data import ImagePool, to_signed
from gan_models.training.feature_discriminator import TAPS, FeatureDiscriminator
from gan_models.training.loop import MovingAverage, load_state, save_sheet, save_state, save_weights
from gan_models.training.losses import (
    discriminator_least_squares,
    discriminator_logistic,
    generator_least_squares,
    generator_nonsaturating,
)


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


class Training:
    """Networks, optimisers and one step of the game. Index 0 is kind A, or the translator into A; 1 is B."""

    def __init__(self, run, args):
        self.run, self.args, self.device = run, args, run.device
        layout = {"memory_format": torch.channels_last}

        def made(build) -> list:
            return [build().to(self.device, **layout) for _ in range(2)]

        self.translators = made(lambda: ResNetGenerator(args.width, args.blocks, light=args.form == "light"))
        self.patches = made(lambda: PatchDiscriminator(args.critic_width))
        self.heads = made(FeatureDiscriminator) if args.eyes else [None, None]
        needed = args.eyes or args.score_minutes
        self.feature_extractor = load_squeezenet(args.features).to(self.device, **layout) if needed else None
        self.begin()
        self.averages = [MovingAverage(t, args.average) for t in self.translators]
        discriminators = [n for n in (*self.patches, *self.heads) if n is not None]
        self.optimise_t = torch.optim.Adam(
            [p for t in self.translators for p in t.parameters()], args.lr, betas=(0.5, 0.999)
        )
        self.optimise_c = torch.optim.Adam(
            [p for c in discriminators for p in c.parameters()], args.lr, betas=(0.5, 0.999)
        )
        self.done = nn.Module()  # what an earlier command did: steps and minutes, kept with the state
        self.done.register_buffer("steps", torch.zeros((), dtype=torch.int64))
        self.done.register_buffer("minutes", torch.zeros((), dtype=torch.float64))
        self.networks = {"done": self.done} | {
            f"{name}_{kind}": network
            for name, pair in (
                ("translator", self.translators), ("patches", self.patches), ("heads", self.heads),
                ("average", [a.network for a in self.averages]),
            )
            for kind, network in zip("ab", pair, strict=True)
            if network is not None
        }  # fmt: skip
        self.optimisers = {"optimise_t": self.optimise_t, "optimise_c": self.optimise_c}
        if run.resume and run.resume.is_file():
            load_state(run.resume, self.networks, self.optimisers)
        quick = (lambda f: torch.compile(f, dynamic=False)) if args.compile else (lambda f: f)
        self.propose = [quick(t.propose) for t in self.translators]
        self.discriminators = [
            Discriminators(quick(patches), heads, self.feature_extractor)
            for patches, heads in zip(self.patches, self.heads, strict=True)
        ]
        self.autocast = torch.autocast(self.device.type, torch.bfloat16, enabled=fast_bfloat16(self.device))
        self.random = torch.Generator().manual_seed(run.seed + int(self.done.steps))
        self.pools = [ImagePool(args.pool, self.random) for _ in range(2)]

    def names(self) -> list[tuple[str, nn.Module]]:
        """What ships: file names without their ending, and the networks."""
        a, b = self.args.names
        (to_a, to_b), (patches_a, patches_b) = self.averages, self.patches
        return [
            (f"{b}_to_{a}", to_a.network), (f"{a}_to_{b}", to_b.network),
            (f"{a}_critic", patches_a), (f"{b}_critic", patches_b),
        ]  # fmt: skip

    def begin(self) -> None:
        """Weights that shipped, where ``--init`` or ``--resume`` names their folder."""
        folder = self.args.init or (self.run.resume if self.run.resume and self.run.resume.is_dir() else None)
        if folder:
            a, b = self.args.names
            files = (f"{b}_to_{a}", f"{a}_to_{b}", f"{a}_critic", f"{b}_critic")
            for network, file in zip((*self.translators, *self.patches), files, strict=True):
                load_strictly(network, folder / f"{file}.safetensors").train().requires_grad_(True)

    def step(self, real: list[Tensor], progress: float) -> None:
        """One step of translators and discriminators on real[0] (N, 3, S, S) of kind A and real[1] of B."""
        args = self.args
        for optimiser in self.optimisers.values():
            for group in optimiser.param_groups:
                group["lr"] = args.lr * falling(progress)
        made: list[Tensor] = [None, None]
        pay = cycle = share = 0.0
        set_learning(self.discriminators, False)
        with self.autocast:
            for kind in (0, 1):
                made[kind], mask = self.propose[kind](real[1 - kind])
                pay = pay + persuasion_loss(self.discriminators[kind], made[kind], args.eyes)
                share = share + (mask.float().mean() / 2 if mask is not None else 0.0)
            for kind in (0, 1):
                cycle = cycle + F.l1_loss(self.propose[kind](made[1 - kind])[0], real[kind])
            loss = pay + args.cycle * cycle + args.sparse * min(1.0, 3 * progress) * 2 * share
            if args.identity_every and int(self.done.steps) % args.identity_every == 0:
                loss = loss + args.identity * sum(F.l1_loss(self.propose[k](real[k])[0], real[k]) for k in (0, 1))
        set_learning(self.discriminators, True)
        descend(self.optimise_t, loss)
        for average, network in zip(self.averages, self.translators, strict=True):
            average.update(network, int(self.done.steps))
        with self.autocast:
            old = [pool.swap(m.detach().float()) for pool, m in zip(self.pools, made, strict=True)]
            loss_c = sum(
                discriminator_loss(self.discriminators[k], real[k], old[k], real[1 - k], args.other, args.eyes)
                for k in (0, 1)
            )
        descend(self.optimise_c, loss_c)
        self.done.steps += 1
        self.said = tuple(torch.as_tensor(v).detach() for v in (loss_c, pay, cycle, share))

    def report(self) -> str:
        discriminators, pay, cycle, share = (float(v) for v in self.said)
        return f"critics {discriminators:.3f}, translators {pay:.3f}, cycle {cycle / 2:.4f}, mask {share:.0%}"

    @torch.no_grad()
    def save(self, tests: list[Tensor], spent: float) -> None:
        out, before = self.run.out, self.done.minutes.clone()
        self.done.minutes += spent
        save_state(out / "cyclegan_state.safetensors", self.networks, self.optimisers)
        self.done.minutes.copy_(before)
        for name, network in self.names():
            save_weights(network, out / f"{name}.safetensors", half=True)
        rows, columns = [], min(8, *(len(kind) for kind in tests))
        for kind in (0, 1):
            there, back = self.averages[1 - kind].network, self.averages[kind].network
            shown = to_signed(tests[kind][:columns]).to(self.device)
            rows += [shown, there(shown), back(there(shown))]
        save_sheet(torch.cat(rows).clamp(-1, 1), out / f"cyclegan_{int(self.done.steps):06d}.png", columns)


def set_learning(discriminators: list[Discriminators], on: bool) -> None:
    for discriminator in discriminators:
        for network in (discriminator.patches, discriminator.heads):
            if network is not None:
                network.requires_grad_(on)


def descend(optimiser: torch.optim.Optimizer, loss: Tensor) -> None:
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    optimiser.step()
