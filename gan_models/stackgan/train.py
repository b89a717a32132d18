"""Train flowers from words: ``python -m gan_models.stackgan.train --data DIR --stage 1``, then ``--stage 2``.

Each stage has a discriminator of pixels, with a lazy R1 penalty (Mescheder et al., 2018), and one that looks at frozen
SqueezeNet features (Sauer et al., 2021). Both are matching-aware (Reed et al., 2016): a real picture under a sentence
that is not true of it counts as fake, so that it does not suffice to paint any flower. That other noise gives
another flower is asked of the first stage as well (mode seeking; Mao et al., 2019). The second stage is trained with
the first one fixed, from its averaged weights (``--drafts``), as in the paper. The text encoder is fixed too.
"""

import random
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.core.squeezenet import load_squeezenet
from gan_models.core.store import load_strictly
from gan_models.data.celeba import to_signed
from gan_models.data.flowers import Flowers, load_flowers
from gan_models.metrics.squeezenet import squeeze_distances, squeeze_features
from gan_models.stackgan.networks import (
    CONDITION,
    TEXT_DIM,
    Z_DIM,
    DraftGenerator,
    RefiningGenerator,
    TextDiscriminator,
    TextEncoder,
)  # fmt: skip
from gan_models.stackgan.text import as_numbers, vocabulary
from gan_models.training.augmentation import shift
from gan_models.training.feature_discriminator import TAPS, ConditionalFeatureDiscriminator
from gan_models.training.loop import MovingAverage, Run, frozen, parse_run
from gan_models.training.losses import discriminator_logistic, generator_nonsaturating, latent_price, r1_penalty
from gan_models.training.trainer import Trainer

SCALES = tuple(TAPS)
R1_EVERY = 16
SIDES = {1: 32, 2: 64}  # pixels of a stage's pictures
LOOKING = {1: 64, 2: 96}  # pixels at which SqueezeNet sees them in training
APART = 0.35  # mean absolute difference of two pictures of one sentence that is enough; photographs' is about 0.5
SCORED = 800  # samples whose distance is measured with ``--score-minutes``
SHOWN = (
    "a yellow sunflower", "this flower has purple petals", "a red rose", "a white water lily",
    "a pink flower", "this flower is blue in color", "a purple passion flower", "a orange marigold",
)  # fmt: skip


class StackGANTrainer(Trainer):
    """One stage's generator and its two opponents."""

    name = "stackgan"

    def __init__(self, run: Run, args, flowers: Flowers):
        super().__init__(run)
        self.args, self.flowers, side = args, flowers, SIDES[args.stage]
        pictures = flowers.pictures
        if side < 64:
            pictures = torch.cat([F.interpolate(p.float(), size=side, mode="area").byte() for p in pictures.split(500)])
        self.pictures = pictures.to(run.device)
        self.text = self.place(load_strictly(TextEncoder(len(vocabulary())), args.text))
        self.drafts = None
        if args.stage == 2:
            self.drafts = self.place(load_strictly(DraftGenerator(), args.drafts))
        for network in (self.text, self.drafts):
            if network:
                network.eval().requires_grad_(False)
        made = DraftGenerator() if args.stage == 1 else RefiningGenerator()
        self.generator = self.place(made, f"stackgan_stage{args.stage}")
        self.pixels = self.place(TextDiscriminator(side), f"stackgan_discriminator{args.stage}")
        self.heads = self.place(ConditionalFeatureDiscriminator(TEXT_DIM))
        self.extractor = self.place(load_squeezenet(args.features))
        self.networks = {"generator": self.generator, "pixels": self.pixels, "heads": self.heads}
        self.averages = {"average": MovingAverage(self.generator, 0.998)}
        judging = [*self.pixels.parameters(), *self.heads.parameters()]
        self.optimisers = {
            "optimise_g": torch.optim.Adam(self.groups(), betas=(0.0, 0.99)),
            "optimise_d": torch.optim.Adam(judging, betas=(0.0, 0.99)),
        }
        self.chance = random.Random(run.seed)

    def groups(self) -> list[dict]:
        """What the generator's optimiser learns; weights of unit variance need larger steps."""
        wide = [
            p
            for name, p in self.generator.named_parameters()
            if name.startswith("layers") and name.endswith(".weight") and p.ndim == 4
        ]
        known = {id(p) for p in wide}
        return [
            {"params": wide, "base": 8.0},
            {"params": [p for p in self.generator.parameters() if id(p) not in known], "base": 1.0},
        ]

    def rates(self, progress: float) -> dict[str, float]:
        slow = min(1, 4 * (1 - progress) + 0.05)
        warm = min(1, (self.seen["steps"] + 1) / 300)
        return {"optimise_g": self.args.lr * slow * warm, "optimise_d": self.args.lr * slow}

    @torch.no_grad()
    def encode(self, sentences: list[str]) -> Tensor:
        """What sentences say, (N, TEXT_DIM)."""
        return self.text(as_numbers(sentences).to(self.device))

    def make(self, network: nn.Module, z: Tensor, text: Tensor, chance: Tensor | None) -> tuple[Tensor, tuple]:
        """Pictures of this stage by ``network``, and the clouds they were drawn from."""
        if self.drafts is None:
            return network(z, text, chance)
        with torch.no_grad():
            draft = self.drafts(z, text, chance)[0]
        return network(draft, z, text, chance)

    def look(self, pictures: Tensor) -> list[Tensor]:
        """Features at each scale."""
        side = LOOKING[self.args.stage]
        return self.extractor(F.interpolate(pictures, size=side, mode="bilinear", align_corners=False), SCALES)

    def strangers(self, which: Tensor) -> tuple[list[str], Tensor]:
        """Sentences of other flowers, and which of them say something else (N,): another kind or another colour."""
        others = torch.randint(len(self.flowers), (len(which),)).tolist()
        known = [(self.flowers.kinds[i].item(), set(self.flowers.colours[i])) for i in which.tolist()]
        told = [(self.flowers.kinds[i].item(), set(self.flowers.colours[i])) for i in others]
        other = [a[0] != b[0] and not a[1] & b[1] for a, b in zip(known, told, strict=True)]
        return [self.flowers.sentence(i, self.chance) for i in others], torch.tensor(other, device=self.device)

    def step(self, progress: float) -> dict[str, Tensor]:
        args = self.args
        which = self.pick(len(self.pictures), args.batch)
        real = to_signed(self.pictures[which])
        real = torch.where(torch.rand(len(real), 1, 1, 1, device=self.device) < 0.5, real.flip(3), real)
        sentences = [self.flowers.sentence(i, self.chance) for i in which.tolist()]
        wrong, differs = self.strangers(which)
        texts = self.encode(sentences + wrong)
        text, foreign = texts.split(len(which))
        z, chance = (torch.randn(len(which), n, device=self.device) for n in (Z_DIM, CONDITION))
        fake, cloud = self.make(self.generator, z, text, chance)
        real, shown = shift(real), shift(fake)  # few flowers: both sides are moved
        features = self.look(shown)
        with torch.no_grad():
            wanted = self.look(real)

        on_real, on_fake = self.pixels.see(real), self.pixels.see(shown.detach())
        loss_d = judged(
            *(self.pixels.judge(*pair) for pair in ((on_real, text), (on_fake, text), (on_real, foreign))), differs
        )
        heads_real, heads_fake = self.heads.see(wanted), self.heads.see([f.detach() for f in features])
        for says in zip(
            self.heads.judge(heads_real, text),
            self.heads.judge(heads_fake, text),
            self.heads.judge(heads_real, foreign),
            strict=True,
        ):
            loss_d = loss_d + args.heads * judged(*says, differs)
        if self.seen["steps"] % R1_EVERY == 0:
            part = real[: args.batch // 2].detach().requires_grad_(True)
            loss_d = loss_d + args.r1 / 2 * R1_EVERY * r1_penalty(self.pixels(part, text[: len(part)]), part)
        self.descend(self.optimisers["optimise_d"], loss_d)

        with frozen(self.pixels, self.heads):
            fooled = generator_nonsaturating(self.pixels(shown, text))
            for says in self.heads.judge(self.heads.see(features), text):
                fooled = fooled + args.heads * generator_nonsaturating(says)
        price = latent_price(*cloud)
        apart = self.apart(fake, text, chance) if self.drafts is None else torch.tensor(APART)  # drafts differ already
        dull = F.relu(APART - apart)
        self.descend(self.optimisers["optimise_g"], fooled + args.cloud * price + args.variety * dull, longest=20.0)
        return {"discriminators": loss_d, "generator": fooled, "price": price, "apart": apart}

    def apart(self, fake: Tensor, text: Tensor, chance: Tensor) -> Tensor:
        """How far apart pictures of one sentence lie whose noise differs: mean absolute difference, half the batch."""
        half = len(fake) // 2
        z = torch.randn(half, Z_DIM, device=self.device)
        other, _ = self.make(self.generator, z, text[:half], chance[:half])
        return (other - fake[:half]).abs().mean()

    @torch.no_grad()
    def samples(self, count: int) -> Tensor:
        chance = random.Random(5)
        which = [chance.randrange(len(self.flowers)) for _ in range(count)]
        text = self.encode([self.flowers.sentence(i, chance) for i in which])
        network, z = self.averages["average"].network, self.fixed_noise(count, Z_DIM)
        pages = zip(z.split(50), text.split(50), strict=True)
        return torch.cat([self.make(network, a, b, None)[0] for a, b in pages]).clamp(-1, 1)

    def real(self, count: int) -> Tensor:
        order = torch.randperm(len(self.pictures), generator=torch.Generator().manual_seed(2))[:count]
        return to_signed(self.pictures[order.to(self.device)])

    def sheet(self) -> tuple[Tensor, int]:
        """A row for each of eight sentences, and a row of real flowers."""
        z = self.fixed_noise(10, Z_DIM)
        rows = [self.make(self.averages["average"].network, z, self.encode([s] * 10), None)[0] for s in SHOWN]
        return torch.cat([*rows, self.real(10)]), 10

    def score(self) -> tuple[float, str]:
        made, real = (squeeze_features(self.extractor, p) for p in (self.samples(SCORED), self.real(SCORED)))
        fd, kd = squeeze_distances(made, real)
        return fd, f"FD {fd:.0f}, KD {kd:.0f} of {len(made)} samples"

    def weights(self) -> dict[str, nn.Module]:
        stage = self.args.stage
        return {
            f"stackgan_stage{stage}": self.averages["average"].network,
            f"stackgan_discriminator{stage}": self.pixels,
        }


def judged(real: Tensor, fake: Tensor, foreign: Tensor, differs: Tensor) -> Tensor:
    """The matching-aware loss: half of what is fake are real pictures under a sentence not true of them."""
    loss = discriminator_logistic(real, fake)
    if not differs.any():
        return loss
    return loss + 0.5 * F.softplus(foreign[differs]).mean()


def options(parser) -> None:
    """Add what only this script asks for."""
    add = parser.add_argument
    add("--features", type=Path, help="SqueezeNet 1.1 as safetensors; else torchvision fetches it")
    add("--stage", type=int, choices=SIDES, default=1, help="1 draws 32x32 drafts, 2 refines them to 64x64")
    add("--text", type=Path, default=Path("checkpoints/stackgan_text.safetensors"), help="the text encoder's weights")
    add("--drafts", type=Path, default=Path("checkpoints/stackgan_stage1.safetensors"), help="stage 1's, for stage 2")
    add("--batch", type=int, default=16, help="pictures a step, of each process")
    add("--lr", type=float, default=5e-4)
    add("--r1", type=float, default=0.5, help="weight of the gradient penalty")
    add("--heads", type=float, default=0.5, help="weight of the discriminator of features")
    add("--variety", type=float, default=8.0, help="weight of: other noise, other picture")
    add("--cloud", type=float, default=0.02, help="weight of keeping the sentence's cloud near the standard one")


def main(argv: list[str] | None = None) -> StackGANTrainer:
    """The command of this file's head."""
    run, args = parse_run(__doc__, "flowers102_64.zip or the folder that holds it", 40, options, argv)
    return StackGANTrainer(run, args, load_flowers(run.data, "train")).train()


if __name__ == "__main__":
    main()
