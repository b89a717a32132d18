"""The style-based GAN's last act, for a GPU: ``python -m gan_models.stylegan.polish --data DIR --resume WEIGHTS``.

It goes on from a folder of weights that shipped, whose generator may have fewer channels. New critics are introduced to
the game before the generator moves: a residual discriminator of pixels (StyleGAN2, Karras et al., 2020), and two that
look at frozen features of EfficientNet-Lite0, as those of SqueezeNet do ("Projected GANs", Sauer et al., 2021; several
networks see more than one: Kumari et al., 2022, "Ensembling Off-the-shelf Models for GAN Training"). How many pictures
are augmented follows from how sure of real ones the residual discriminator is (Karras et al., 2020, "ADA"). The encoder
stays as it is, and each step is recorded once as a CUDA graph and replayed.
"""

from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

from gan_models.data.celeba import flip_half, to_signed
from gan_models.data.portraits import load_portraits
from gan_models.stylegan.critic import ResidualDiscriminator
from gan_models.stylegan.growing import widen
from gan_models.stylegan.networks import StyleGANGenerator
from gan_models.stylegan.options import learning_groups, options
from gan_models.stylegan.train import R1_EVERY, StyleGANTrainer
from gan_models.training.augmentation import augment
from gan_models.training.captured import Captured
from gan_models.training.efficientnet import CHANNELS, STRIDES, EfficientNetFeatures
from gan_models.training.feature_discriminator import FeatureDiscriminator, WholeDiscriminator
from gan_models.training.loop import Run, frozen, parse_run
from gan_models.training.losses import discriminator_logistic, generator_nonsaturating, r1_penalty
from gan_models.training.perceptual import relative_difference

SURE = 0.6  # mean sign of the verdict on real pictures, above which more are augmented (ADA, section 3.1)
ADAPT_EVERY, ADAPT_OVER = 50, 500_000  # steps; pictures in which the share of augmented ones may go from 0 to 1
WEIGHTS = {"pixels": 1.0, "strong": 1.0, "heads": 0.25, "whole": 0.5, "eye_heads": 0.25, "eye_whole": 0.5}
SIGHTS = {"pixels": 0, "strong": 0, "heads": 1, "whole": 1, "eye_heads": 2, "eye_whole": 2}  # what each looks at
BASES = {"strong": 5.0, "whole": 0.4, "eye_whole": 0.4}  # multiples of the discriminators' learning rate

Sights = tuple[Tensor, list[Tensor], list[Tensor]]  # pixels, SqueezeNet's features, EfficientNet's


class StyleGANPolisher(StyleGANTrainer):
    """Networks, optimisers and a step.

    Args:
        faces: training pictures (N, 3, 128, 128) uint8.
    """

    def __init__(self, run: Run, args, faces: Tensor):
        super().__init__(run, args, faces)
        self.autocast = torch.autocast(run.device.type, torch.bfloat16, cache_enabled=False)
        side = self.side
        self.eyes = self.place(EfficientNetFeatures(args.eyes))
        self.critics = {
            "pixels": self.pixels, "strong": self.place(ResidualDiscriminator()),
            "heads": self.heads, "whole": self.whole,
            "eye_heads": self.place(FeatureDiscriminator(48, CHANNELS)),
            "eye_whole": self.place(
                WholeDiscriminator(side, CHANNELS[-2:], (side // STRIDES[-2], side // STRIDES[-1]))
            ),
        }  # fmt: skip
        self.networks = {"generator": self.generator, "encoder": self.encoder} | self.critics
        learning_d = [{"params": c.parameters(), "base": BASES.get(name, 1.0)} for name, c in self.critics.items()]
        self.optimisers = {
            "optimise_g": self.adam(learning_groups(self.generator, self.encoder)[:3]),
            "optimise_d": self.adam(learning_d),
        }
        self.encoder.requires_grad_(False)
        self.share = torch.zeros((), device=self.device)  # of pictures that are augmented
        self.sure = torch.zeros((), device=self.device)
        self.recorded: dict[tuple[bool, bool], Captured] = {}

    def adam(self, groups: list[dict]) -> torch.optim.Optimizer:
        """An optimiser whose steps can be recorded."""
        if self.device.type != "cuda":
            return torch.optim.Adam(groups, betas=(0.0, 0.99))
        groups = [group | {"lr": torch.zeros((), device=self.device)} for group in groups]
        return torch.optim.Adam(groups, betas=(0.0, 0.99), capturable=True, fused=True)

    def place(self, network: nn.Module, file: str | None = None) -> nn.Module:
        folder = self.run.resume
        if isinstance(network, StyleGANGenerator) and folder and folder.is_dir():
            widen(network, load_file(folder / f"{file}.safetensors"))
            file = None
        return super().place(network, file)

    def rates(self, progress: float) -> dict[str, float]:
        args = self.args
        slow = min(1.0, (1 - progress) / args.ending + 0.02)
        warm = min(1.0, (self.seen["played"] + 1) / 300)
        return {"optimise_g": args.lr * slow * warm, "optimise_d": args.lr_d * max(slow, 0.1)}

    def step(self, progress: float) -> dict[str, Tensor]:
        self.count(self.batch)
        playing = self.seen["introduced"] >= self.args.introduce
        steps = "played" if playing else "introduced"
        kind = playing, self.seen[steps] % R1_EVERY == 0
        if kind not in self.recorded:
            self.recorded[kind] = Captured(lambda: self.play_once(*kind), self.device)
        said = self.recorded[kind]()
        self.seen[steps] += 1
        for average in self.averages.values():
            average.decay = 0.999
        if playing and self.seen["played"] % ADAPT_EVERY == 0:
            self.adapt()
        return said

    def adapt(self) -> None:
        """More pictures are augmented where real ones are told too surely, else fewer."""
        by = ADAPT_EVERY * self.batch / ADAPT_OVER
        self.share.add_(by if self.sure.item() > SURE else -by).clamp_(0, self.args.augment)

    def see(self, pictures: Tensor) -> Sights:
        """Pictures (N, 3, 128, 128) and what the two frozen networks see in them."""
        return pictures, self.look(pictures), self.eyes(pictures)

    def judge(self, sights: Sights) -> dict[str, list[Tensor]]:
        """What each critic says; more than one tensor of logits where it has several heads."""
        said = {name: critic(sights[SIGHTS[name]]) for name, critic in self.critics.items()}
        return {name: [x.float() for x in (s if isinstance(s, list) else [s])] for name, s in said.items()}

    def play_once(self, playing: bool, penalised: bool) -> dict[str, Tensor]:
        """One step of the critics, and of the generator where it is ``playing``."""
        args, known = self.args, round(self.batch * self.args.places)
        which = torch.randint(len(self.learnt), (self.batch,), device=self.device)
        real = flip_half(to_signed(self.faces[self.learnt[which]]))
        with torch.set_grad_enabled(playing):
            with torch.no_grad():
                places = self.places(real[:known])[0]
            w = self.mixed_styles(places, self.batch - known)
            with self.autocast:
                made = self.generator.synthesis(w, self.generator.synthesis.noise(self.batch, device=self.device))
            pixels = F.mse_loss(made[:known], real[:known])
            real, fake = augment(self.share, real, made)
            with self.autocast:
                sights = self.see(fake)
        with torch.no_grad(), self.autocast:
            wanted = self.see(real)
        said = {"discriminators": self.learn(wanted, sights, penalised), "share": self.share, "sure": self.sure}
        if not playing:
            return said
        with frozen(*self.critics.values()), self.autocast:
            opinions = self.judge(sights)
        losses = {name: sum(map(generator_nonsaturating, logits)) for name, logits in opinions.items()}
        seen = relative_difference([f[:known].float() for f in sights[1]], [f[:known].float() for f in wanted[1]])
        loss = sum(WEIGHTS[name] * lost for name, lost in losses.items())
        self.descend(self.optimisers["optimise_g"], loss + args.rebuild * (1500 * pixels + 100 * seen) / 100)
        return said | losses | {"pixels (drawn again)": pixels, "seen": seen}

    def learn(self, wanted: Sights, sights: Sights, penalised: bool) -> Tensor:
        """A step of all critics, with R1 for those of pixels where they are ``penalised``; the sum of their losses."""
        with self.autocast:
            on_real, on_made = self.judge(wanted), self.judge((sights[0].detach(), *detached(sights[1:])))
        loss = sum(
            discriminator_logistic(a, b)
            for name in self.critics for a, b in zip(on_real[name], on_made[name], strict=True)
        )  # fmt: skip
        self.sure.lerp_(on_real["strong"][0].detach().sign().mean(), 0.02)
        if penalised:
            part = wanted[0][: self.batch // 2].detach().requires_grad_(True)
            for name in ("pixels", "strong"):
                loss = loss + self.args.r1 / 2 * R1_EVERY * r1_penalty(self.critics[name](part), part)
        self.descend(self.optimisers["optimise_d"], loss)
        return loss


def detached(features: tuple[list[Tensor], ...]) -> list[list[Tensor]]:
    """Lists of feature maps without their past."""
    return [[f.detach() for f in maps] for maps in features]


def more_options(parser) -> None:
    """Those of the other acts, and what only this one asks for."""
    options(parser)
    add = parser.add_argument
    add("--eyes", type=Path, help="EfficientNet-Lite0 as safetensors in timm's names; else timm fetches it")
    add("--places", type=float, default=0.25, help="share of a batch that is drawn from the places of real faces")
    add("--ending", type=float, default=0.4, help="share of the time in which the rates fall")
    parser.set_defaults(
        batch=128, lr=4e-4, lr_d=5e-4, introduce=400, rebuild=0.15, augment=0.6, still_encoder=True, first_act=0.0
    )


def main(argv: list[str] | None = None) -> StyleGANPolisher:
    """The command of this file's head."""
    run, args = parse_run(__doc__, "faces128.zip or the folder that holds it", 12, more_options, argv)
    return StyleGANPolisher(run, args, load_portraits(run.data, "train")).train()


if __name__ == "__main__":
    main()
