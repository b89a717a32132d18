"""Train ten kinds of things: ``python -m gan_models.biggan.train --data DIR``; its twin with ``--no-attention``.

Two discriminators keep score with the hinge loss: one of pixels, with attention of its own (Zhang et al., 2019) and a
lazy R1 penalty (Mescheder et al., 2018), and one with spectral norm that looks at frozen SqueezeNet features (Sauer et
al., 2021), without which ten kinds of things would take days on a processor. Both meet the class in a dot product
(Miyato and Koyama, 2018), and for both a real picture under another class counts as fake (Reed et al., 2016). Without
mode seeking (Mao et al., 2019) each class became one picture: other noise has to give another, in pixels and features.
"""

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.biggan.networks import ThingDiscriminator, ThingGenerator
from gan_models.core.squeezenet import enlarge, load_squeezenet
from gan_models.data.celeba import flip_half, to_signed
from gan_models.data.thing_names import THINGS
from gan_models.data.things import load_things
from gan_models.training.augmentation import augment, shift
from gan_models.training.feature_discriminator import TAPS, ConditionalFeatureDiscriminator
from gan_models.training.loop import MovingAverage, Run, frozen, parse_run
from gan_models.training.losses import discriminator_hinge, generator_wasserstein, r1_penalty
from gan_models.training.trainer import Trainer

SCALES = tuple(TAPS)
APART = 0.38  # mean absolute difference of two pictures of one class that is enough; photographs' is about 0.54
SHARE = 0.8  # of how unlike photographs are, whatever they show: as unlike two pictures of one class shall be
R1_EVERY = 16  # steps
WEIGHTS = (2.0, 1.0, 0.5, 0.25)  # of pixels and of each scale for the generator: so are their gradients about as long
WARM = 200  # steps in which the generator's rate grows
SHOWN = 10  # seeds a class on the sheet
BATCHES = 16  # of 64 pictures, over which the batch norms that ship are measured


class BigGANTrainer(Trainer):
    """The generator, its average, and its two opponents."""

    name = "biggan"

    def __init__(self, run: Run, args, pictures: Tensor, classes: Tensor):
        super().__init__(run)
        self.args, self.pictures, self.classes = args, pictures.to(run.device), classes.to(run.device)
        self.generator = self.place(ThingGenerator(attention=args.attention), "biggan_generator")
        widths = tuple(args.wide * width for width in ThingDiscriminator.widths)
        self.pixels = self.place(ThingDiscriminator(widths, attention=args.attention))
        self.heads = self.place(ConditionalFeatureDiscriminator(len(THINGS)))
        self.extractor = self.place(load_squeezenet(args.features))
        self.networks = {"generator": self.generator, "pixels": self.pixels, "heads": self.heads}
        self.averages = {"average": MovingAverage(self.generator, 0.999)}
        judging = [*self.pixels.parameters(), *self.heads.parameters()]
        self.optimisers = {
            "optimise_g": torch.optim.Adam(self.generator.parameters(), betas=(0.0, 0.99)),
            "optimise_d": torch.optim.Adam(judging, betas=(0.0, 0.99)),
        }

    def rates(self, progress: float) -> dict[str, float]:
        slow = min(1, 3 * (1 - progress) + 0.05)
        warm = min(1, (self.seen["steps"] + 1) / WARM)
        return {"optimise_g": self.args.lr * slow * warm, "optimise_d": self.args.lr_d * slow}

    def noise(self, count: int) -> Tensor:
        """Standard normal noise (count, 80) on the device."""
        return torch.randn(count, ThingGenerator.z_dim, device=self.device)

    def look(self, pictures: Tensor) -> list[Tensor]:
        """Features at each scale."""
        return self.extractor(enlarge(pictures, self.args.looking), SCALES)

    def step(self, progress: float) -> dict[str, Tensor]:
        args = self.args
        which = self.pick(len(self.pictures), args.batch)
        classes = self.classes[which]
        asked = classes[: args.batch // 2].repeat(2)  # each class twice, so that two pictures of it can be compared
        real = flip_half(to_signed(self.pictures[which]))
        made = self.generator(self.noise(len(asked)), asked)
        real, fake = augment(args.augment, real, made) if args.augment else (shift(real), shift(made))
        features = self.look(fake)
        with torch.no_grad():
            wanted = self.look(real)

        others = (classes + torch.randint_like(classes, 1, len(THINGS))) % len(THINGS)
        on_real, on_fake = self.pixels.see(torch.cat([real, fake.detach()])).chunk(2)
        loss_d = judged(
            *(self.pixels.judge(*pair) for pair in ((on_real, classes), (on_fake, asked), (on_real, others)))
        )
        heads_real, heads_fake = self.heads.see(wanted), self.heads.see([f.detach() for f in features])
        pairs = (heads_real, classes), (heads_fake, asked), (heads_real, others)
        for says in zip(*(self.heads.judge(seen, one_hot(kinds)) for seen, kinds in pairs), strict=True):
            loss_d = loss_d + judged(*says)
        if self.seen["steps"] % R1_EVERY == 0:
            part = real[: args.batch // 2].detach().requires_grad_(True)
            loss_d = loss_d + args.r1 / 2 * R1_EVERY * r1_penalty(self.pixels(part, classes[: len(part)]), part)
        self.descend(self.optimisers["optimise_d"], loss_d)

        with frozen(self.pixels, self.heads):
            said = [self.pixels(fake, asked), *self.heads.judge(self.heads.see(features), one_hot(asked))]
            loss_g = sum(w * generator_wasserstein(logits) for w, logits in zip(WEIGHTS, said, strict=True))
        apart = torch.sub(*made.chunk(2)).abs().mean()
        dull = F.relu(APART - apart) + F.relu(SHARE * unlike(wanted[1]) - unlike(features[1]))
        self.descend(self.optimisers["optimise_g"], loss_g + args.variety * dull)
        share = self.generator.attention.share.detach() if args.attention else torch.zeros(())
        said = dict(zip(("pixels", "fine", "middle", "coarse"), (logits.mean() for logits in said), strict=True))
        return {
            "discriminators": loss_d,
            "generator": loss_g,
            "attention's share": share,
            "apart": apart,
            "dull": dull,
            **said,
        }

    @torch.no_grad()
    def samples(self, count: int) -> Tensor:
        classes = torch.arange(count, device=self.device) % len(THINGS)
        return self.averages["average"].network(self.fixed_noise(count, ThingGenerator.z_dim), classes)

    def real(self, count: int) -> Tensor:
        return to_signed(self.pictures[:count])

    def sheet(self) -> tuple[Tensor, int]:
        """A row for each class; a column has one noise."""
        z = self.fixed_noise(SHOWN, ThingGenerator.z_dim).repeat(len(THINGS), 1)
        classes = torch.arange(len(THINGS), device=self.device).repeat_interleave(SHOWN)
        return self.averages["average"].network(z, classes), SHOWN

    def weights(self) -> dict[str, nn.Module]:
        average = self.averages["average"].network
        settle(average, [(self.noise(64), torch.randint(len(THINGS), (64,)).to(self.device)) for _ in range(BATCHES)])
        return {"biggan_generator": average}


def unlike(features: Tensor) -> Tensor:
    """How unlike both halves of a batch of features (N, C, H, W) are: 1 less the mean cosine, pair by pair."""
    return 1 - F.cosine_similarity(*features.flatten(1).chunk(2)).mean()


def one_hot(classes: Tensor) -> Tensor:
    """Classes (N,) to vectors (N, 10)."""
    return F.one_hot(classes, len(THINGS)).float()


def judged(real: Tensor, fake: Tensor, foreign: Tensor) -> Tensor:
    """The hinge loss; beside fake ones, real pictures under another class are fake as well."""
    return discriminator_hinge(real, fake) + 0.5 * F.relu(1 + foreign).mean()


@torch.no_grad()
def settle(network: nn.Module, batches: list[tuple[Tensor, ...]]) -> None:
    """Measure the batch norms' means and variances anew (BigGAN's standing statistics): averaged weights have others.

    ``network`` is left in evaluation mode.
    """
    norms = [m for m in network.modules() if isinstance(m, nn.BatchNorm2d)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # the plain mean of all that follows
    network.train()
    for batch in batches:
        network(*batch)
    network.eval()
    for norm in norms:
        norm.momentum = 0.1


def options(parser) -> None:
    """Add what only this script asks for."""
    add = parser.add_argument
    add("--features", type=Path, help="SqueezeNet 1.1 as safetensors; else torchvision fetches it")
    add("--no-attention", dest="attention", action="store_false", help="the twin: all else alike")
    add("--batch", type=int, default=32, help="pictures a step, of each process")
    add("--lr", type=float, default=4e-4, help="the generator's rate")
    add("--lr-d", type=float, default=8e-4, help="the discriminators' rate")
    add("--r1", type=float, default=0.1, help="weight of the gradient penalty")
    add("--augment", type=float, default=0.0, help="share of pictures whose light, colour or place change; 0: all move")
    add("--wide", type=int, default=1, help="how much wider the discriminator of pixels is")
    add("--looking", type=int, default=64, help="pixels a side at which SqueezeNet sees the pictures")
    add("--variety", type=float, default=8.0, help="weight of: other noise, other picture")


def main(argv: list[str] | None = None) -> BigGANTrainer:
    """The command of this file's head."""
    run, args = parse_run(__doc__, "cifar10.zip or the folder that holds it", 55, options, argv)
    return BigGANTrainer(run, args, *load_things(run.data, "train")).train()


if __name__ == "__main__":
    main()
