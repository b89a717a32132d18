"""Train the enlarger: ``python -m gan_models.srgan.train --data DIR --minutes 60``.

Two acts on crops of sharp photographs, each with its copy at a quarter of the size:

1. The faithful twin learns to come close, by L1 alone: right on average, and therefore soft.
2. From its weights the inventive twin goes on against a patch discriminator, with L1 and LPIPS (Zhang et al., 2018) in
   place of SRGAN's VGG loss. The discriminator is relativistic (Jolicoeur-Martineau, 2018; Wang et al., 2018): of each
   patch it is asked whether the photograph looks more real than the enlargement of the very same place.

The pull of the discriminator on the pixels is kept at a set share of LPIPS's pull, whatever the scale of either (Esser
et al., 2021, VQGAN, section 3.1). Beginning the second act at the first's end keeps the twins on one hill: any mean of
their weights works as well. The moving averages are what ships.
"""

import argparse
import copy
import math
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.data.photographs import Pair, Photographs
from gan_models.data.unpaired_data import to_signed
from gan_models.metrics.closeness import LAYERS, Lpips
from gan_models.srgan.evaluate import bicubic, load_tests, network_enlarger, score
from gan_models.srgan.networks import FACTOR, PatchDiscriminator, SRGenerator
from gan_models.training.loop import MovingAverage, frozen, parse_run
from gan_models.training.trainer import Trainer

SIDE = 24  # small pixels of a training crop
WINDOW = 36  # small pixels of a picture on the sheet
MOST_BALANCE = 60.0  # a discriminator with nothing to say is not made to shout
LOOKING, WARMING = 100, 50  # steps until the discriminator is fully heard, and until the second act's rate is reached


def shown(tests: dict[str, list[Pair]]) -> list[Pair]:
    """The middles of three pictures of each set, for the sheet; smaller pictures are left out."""
    found = []
    for pairs in tests.values():
        for pair in pairs[:: max(1, len(pairs) // 3)][:3]:
            top, left = ((n - WINDOW) // 2 for n in pair.small.shape[1:])
            if min(top, left) >= 0:
                parts = (
                    page[:, top * unit : (top + WINDOW) * unit, left * unit : (left + WINDOW) * unit]
                    for page, unit in ((pair.large, FACTOR), (pair.small, 1))
                )
                found.append(Pair(*parts))
    return found


def shifted(random: torch.Generator, *pictures: Tensor) -> list[Tensor]:
    """Pictures (N, 3, H, W) without 0 to 3 of their first and 3 to 0 of their last rows and columns, the same of all.

    SqueezeNet strides: looking always at the same places, it would let a pattern of that step pass.
    """
    top, left = torch.randint(4, (2,), generator=random).tolist()
    return [p[:, :, top : p.shape[2] - 3 + top, left : p.shape[3] - 3 + left] for p in pictures]


def falling(progress: float) -> float:
    """A learning rate's factor over an act: up in the first hundredth, level, then along a cosine down to 0.01."""
    if progress < 0.01:
        return 0.1 + 90 * progress
    return 0.01 + 0.99 * (1 + math.cos(math.pi * max(0.0, (progress - 0.3) / 0.7))) / 2


class Lesson(Trainer):
    """The run: two acts on photographs, scored on ``tests``, or on nothing where there are none."""

    name = "srgan"

    def __init__(self, run, args: argparse.Namespace, photographs: Photographs, tests: dict[str, list[Pair]]):
        super().__init__(run)
        self.args, self.photographs, self.tests = args, photographs, tests
        self.generator = self.place(SRGenerator(), "srgan_faithful")
        self.discriminator = self.place(PatchDiscriminator())
        self.faithful = copy.deepcopy(self.generator).eval().requires_grad_(False)  # filled when its act ends
        self.average = MovingAverage(self.generator, args.average)
        self.lpips = Lpips.load(args.features, args.lpips)
        self.lpips.feature_extractor = self.place(self.lpips.feature_extractor)
        self.lpips.weights.to(self.device)
        self.networks = {
            "generator": self.generator, "discriminator": self.discriminator, "faithful": self.faithful,
        }  # fmt: skip
        self.averages = {"average": self.average}
        self.optimisers = {
            "optimise_first": torch.optim.Adam(self.generator.parameters(), args.lr, betas=(0.9, 0.99)),
            "optimise_second": torch.optim.Adam(self.generator.parameters(), args.lr_second, betas=(0.9, 0.99)),
            "optimise_d": torch.optim.Adam(self.discriminator.parameters(), args.lr_discriminator, betas=(0.5, 0.99)),
        }
        self.random = torch.Generator().manual_seed(run.seed)
        self.generators = {"crops": self.random}
        self.seen["second_act"] = -1  # the step at which it began

    def rates(self, progress: float) -> dict[str, float]:
        first, args = self.args.first_act, self.args
        if progress < first:
            return {"optimise_first": args.lr * falling(progress / first)}
        factor = falling((progress - first) / max(1e-6, 1 - first))
        warm = min(1.0, (1 + self.steps_of_second_act()) / WARMING)
        return {"optimise_second": args.lr_second * warm * factor, "optimise_d": args.lr_discriminator * factor}

    def steps_of_second_act(self) -> int:
        """How many steps it has lasted; 0 before it began."""
        return self.seen["steps"] - self.seen["second_act"] if self.seen["second_act"] >= 0 else 0

    def step(self, progress: float) -> dict[str, Tensor | float]:
        small, large = (t.to(self.device) for t in self.photographs.draw(self.args.batch, SIDE, self.random))
        self.seen["pictures"] += len(small)
        if progress < self.args.first_act:
            return self.first_act(small, large)
        if self.seen["second_act"] < 0:
            self.begin_second_act()
        return self.second_act(small, large)

    def begin_second_act(self) -> None:
        """Both twins are now the average of the first act."""
        self.faithful.load_state_dict(self.average.network.state_dict())
        self.generator.load_state_dict(self.average.network.state_dict())
        self.seen["second_act"] = self.seen["steps"]

    def first_act(self, small: Tensor, large: Tensor) -> dict[str, Tensor | float]:
        """One step towards the photographs by L1 alone; the loss by name."""
        with self.autocast:
            far = F.l1_loss(self.generator(small).float(), large)
        self.descend(self.optimisers["optimise_first"], far)
        return {"far": far.detach()}

    def second_act(self, small: Tensor, large: Tensor) -> dict[str, Tensor | float]:
        """One step of generator and discriminator; the losses by name."""
        args, features = self.args, self.lpips.feature_extractor
        with self.autocast:
            made = self.generator(small).float()
        picture = made.detach().requires_grad_()
        near, true = shifted(self.random, picture, large)
        with frozen(self.discriminator), self.autocast:
            with torch.no_grad():
                wanted = features(true, LAYERS)
            far, seen = F.l1_loss(picture, large), self.lpips.distance(features(near, LAYERS), wanted).mean()
            believed = F.softplus(self.discriminator(true) - self.discriminator(near)).mean()
        to_far, to_seen, to_believed = (torch.autograd.grad(x, picture)[0] for x in (far, seen, believed))
        balance = to_seen.norm() / to_believed.norm().clamp_min(1e-9)
        speaking = min(1.0, self.steps_of_second_act() / LOOKING)  # the discriminator looks first, and speaks then
        voice = speaking * args.adversarial * balance.clamp(max=MOST_BALANCE)
        pull = args.l1 * to_far + to_seen + voice * to_believed
        self.descend(self.optimisers["optimise_second"], (made * pull).sum())  # its gradient at ``made`` is the pull
        with self.autocast:
            on_real, on_made = self.discriminator(torch.cat([true, near.detach()])).float().chunk(2)
        told_apart = F.softplus(on_made - on_real).mean()
        self.descend(self.optimisers["optimise_d"], told_apart)
        said = {"far": far, "seen": seen, "believed": believed, "balance": balance, "told apart": told_apart}
        return {name: value.detach() for name, value in said.items()}

    def weights(self) -> dict[str, nn.Module]:
        average = self.average.network
        if self.seen["second_act"] < 0:
            return {"srgan_faithful": average}
        return {"srgan_faithful": self.faithful, "srgan_inventive": average}

    def sheet(self) -> tuple[Tensor, int] | None:
        """In rows: bicubic, the twins, the photograph."""
        pairs = shown(self.tests)
        if not pairs:
            return None
        smalls = [to_signed(pair.small[None]) for pair in pairs]
        enlargers = [bicubic, *map(network_enlarger, self.weights().values())]
        rows = [torch.cat([enlarge(small) for small in smalls]) for enlarge in enlargers]
        return torch.cat([*rows, to_signed(torch.stack([pair.large for pair in pairs]))]), len(pairs)

    def score(self) -> tuple[float, str] | None:
        """LPIPS on the first set of the tests."""
        newest = network_enlarger(list(self.weights().values())[-1])
        for name, pairs in self.tests.items():
            p, s, d = score(newest, pairs, self.lpips)
            return d, f"{name} {p:.2f} dB, SSIM {s:.3f}, LPIPS {d:.4f}"
        return None


def options(parser: argparse.ArgumentParser) -> None:
    """Add what only this script asks for."""
    add = parser.add_argument
    add("--first-act", type=float, default=0.5, help="share of the time for the first act")
    add("--features", type=Path, help="SqueezeNet 1.1 as safetensors; else torchvision fetches it")
    add("--lpips", type=Path, required=True, help="LPIPS's linear layers for SqueezeNet, safetensors")
    add("--batch", type=int, default=4)
    add("--lr", type=float, default=7e-4)
    add("--lr-second", type=float, default=1e-4)
    add("--lr-discriminator", type=float, default=2e-4)
    add("--average", type=float, default=0.998, help="decay of the moving average")
    add("--l1", type=float, default=40.0, help="second act: weight of the L1 distance beside LPIPS")
    add("--adversarial", type=float, default=0.5, help="second act: pull of the discriminator as a share of LPIPS's")


def main(argv: list[str] | None = None) -> None:
    """The command of this file's head."""
    run, args = parse_run(__doc__, "a folder with superres.zip, or any folder or zip of photographs", 60, options, argv)
    try:
        tests = load_tests(run.data)
    except FileNotFoundError:  # other people's photographs: then nothing is scored
        tests = {}
    Lesson(run, args, Photographs.load(run.data), tests).train()


if __name__ == "__main__":
    main()
