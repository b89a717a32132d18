"""Train the face GAN: ``python -m gan_models.dcgan.train --data DIR --minutes 100``.

A DCGAN (Radford et al., 2016) with what was learnt since, in two acts:

1. A variational autoencoder (Kingma and Welling, 2014) teaches the generator in a few minutes where eyes, mouths and
   hair belong; the pictures are blurred, but all kinds of faces are there (Larsen et al., 2016, "VAE-GAN").
2. The adversarial game makes them sharp: a discriminator of pixels with a lazy R1 penalty (Mescheder et al., 2018) and
one
   that looks at frozen SqueezeNet features (Sauer et al., 2021), both with the non-saturating loss; the moving average
   of the generator is what ships.

``--recipe plain`` trains the same generator as in 2016 instead, for comparison: one discriminator with batch norm, Adam
at 0.0002 with momentum 0.5, no average.
"""

import time
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.core.device import fast_bfloat16
from gan_models.core.squeezenet import SqueezeNetFeatures, load_squeezenet
from gan_models.core.store import load_strictly
from gan_models.data.celeba import flip_half, load_faces, to_signed
from gan_models.dcgan.networks import DCGANDiscriminator, DCGANGenerator
from gan_models.training.feature_discriminator import TAPS, FeatureDiscriminator
from gan_models.training.loop import MovingAverage, clock, load_state, parse_run, save_sheet, save_state, save_weights
from gan_models.training.losses import discriminator_logistic, generator_nonsaturating, r1_penalty

R1_EVERY = 16
SCALES = tuple(TAPS)


@dataclass
class Discriminators:
    """The discriminator of pixels, which ships, and that of frozen features, which exists for training alone."""

    pixels: DCGANDiscriminator
    heads: FeatureDiscriminator
    feature_extractor: SqueezeNetFeatures

    def parameters(self) -> list[nn.Parameter]:
        return [*self.pixels.parameters(), *self.heads.parameters()]

    def answers(self, images: Tensor) -> list[Tensor]:
        """Logits of both: (N,) of the pixels, (N, P) of each scale of features."""
        return [self.pixels(images), *self.heads(self.feature_extractor(images, SCALES))]


class Encoder(nn.Module):
    """Faces (N, 3, 64, 64) to mean and log variance (N, z_dim) of where they lie in latent space."""

    def __init__(self, z_dim: int):
        super().__init__()
        self.body = DCGANDiscriminator(norm=True).body
        self.to_place = nn.Linear(320 * 16, 2 * z_dim)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        mean, log_variance = self.to_place(self.body(images).flatten(1)).chunk(2, 1)
        return mean, log_variance.clamp(-8, 2)


def autoencoder_loss(
    generator: DCGANGenerator,
    encoder: Encoder,
    feature_extractor: SqueezeNetFeatures,
    faces: Tensor,
    spread: float = 1.0,
) -> Tensor:
    """Pixels and features of the picture, drawn again from its place, against the picture; and the price of places.

    ``spread`` is the standard deviation that a pixel, from -1 to 1, may stray by: the larger, the more the places are
    drawn towards a standard normal, from which the generator samples later.
    """
    mean, log_variance = encoder(faces)
    again = generator(mean + torch.randn_like(mean) * (log_variance / 2).exp())
    pixels = F.mse_loss(again.float(), faces) * faces[0].numel() / (2 * spread**2)
    price = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1).mean()
    with torch.no_grad():
        wanted = feature_extractor(faces, SCALES)
    seen = sum(F.l1_loss(a, b) / b.abs().mean() for a, b in zip(feature_extractor(again, SCALES), wanted, strict=True))
    return pixels + price + 100 * seen


def discriminator_loss(discriminators: Discriminators, real: Tensor, fake: Tensor, penalty: float) -> Tensor:
    """Both discriminators' loss; ``penalty`` is the weight of R1 on pixels, 0 leaves it out."""
    both = discriminators.answers(torch.cat([real, fake]))
    loss = sum(discriminator_logistic(*a.float().chunk(2)) for a in both)
    if penalty:
        real = real.detach().requires_grad_(True)
        loss = loss + penalty / 2 * r1_penalty(discriminators.pixels(real), real)
    return loss


def generator_loss(discriminators: Discriminators, fake: Tensor) -> Tensor:
    return sum(generator_nonsaturating(a.float()) for a in discriminators.answers(fake))


def main() -> None:
    def extra(parser):
        parser.add_argument("--recipe", choices=["ours", "plain"], default="ours")
        parser.add_argument("--features", type=Path, help="SqueezeNet 1.1 as safetensors; else torchvision fetches it")
        parser.add_argument("--first-act", type=float, default=0.1, help="share of the time for the autoencoder")
        parser.add_argument("--batch", type=int, default=32)
        parser.add_argument("--lr", type=float, default=4e-4)
        parser.add_argument("--r1", type=float, default=1.0, help="weight of the gradient penalty")
        parser.add_argument("--processor-time", action="store_true", help="minutes of processor time, not of the wall")
        parser.add_argument("--look-first", type=int, default=100, help="steps that new critics get before the game")
        parser.add_argument("--save-every", type=int, default=500, help="steps between checkpoints")

    run, args = parse_run(__doc__, "celeba64.zip or the folder that holds it", 100, extra)
    faces = load_faces(run.data, "train")[0].to(run.device)
    train = Plain(run, args) if args.recipe == "plain" else Ours(run, args)
    fixed = torch.randn(60, train.generator.z_dim, generator=torch.Generator().manual_seed(1)).to(run.device)
    step = 0
    for step, progress in clock(run.minutes, "faces", time.process_time if args.processor_time else time.monotonic):
        pick = torch.randint(len(faces), (train.batch,), device=run.device)
        said = train.step(flip_half(to_signed(faces[pick])), step, progress)
        if (step + 1) % args.save_every == 0:
            train.save(run.out, step + 1, fixed)
            print(f"\nstep {step + 1}, {time.process_time():.0f} s of processor: {said}", flush=True)
    train.save(run.out, step + 1, fixed)


class Ours:
    """The recipe of this file's head."""

    def __init__(self, run, args):
        device, layout = run.device, {"memory_format": torch.channels_last}
        self.device, self.args, self.batch = device, args, args.batch
        self.generator = DCGANGenerator().to(device, **layout)
        self.encoder = Encoder(self.generator.z_dim).to(device, **layout)
        self.feature_extractor = load_squeezenet(args.features).to(device, **layout)
        self.discriminators = Discriminators(
            DCGANDiscriminator().to(device, **layout),
            FeatureDiscriminator().to(device, **layout),
            self.feature_extractor,
        )
        self.average = MovingAverage(self.generator, 0.998)
        self.optimise_a = torch.optim.Adam([*self.generator.parameters(), *self.encoder.parameters()], 1e-3)
        self.optimise_g = torch.optim.Adam(self.generator.parameters(), args.lr, betas=(0.0, 0.99))
        self.optimise_c = torch.optim.Adam(self.discriminators.parameters(), args.lr, betas=(0.0, 0.99))
        self.networks = {
            "generator": self.generator, "pixels": self.discriminators.pixels, "heads": self.discriminators.heads,
            "average": self.average.network,
        }  # fmt: skip
        self.optimisers = {"optimise_g": self.optimise_g, "optimise_c": self.optimise_c}
        self.autocast = torch.autocast(device.type, torch.bfloat16, enabled=fast_bfloat16(device))
        self.first_act = 0.0 if run.resume else args.first_act
        self.began: int | None = None
        if run.resume and run.resume.is_dir():  # weights that shipped: optimisers and feature discriminator begin anew
            load_strictly(self.average.network, run.resume / "faces_generator.safetensors")
            self.generator.load_state_dict(self.average.network.state_dict())
            load_strictly(self.discriminators.pixels, run.resume / "faces_critic.safetensors").train().requires_grad_(
                True
            )
        elif run.resume:
            load_state(run.resume, self.networks, self.optimisers)
            self.began = 0

    def step(self, real: Tensor, step: int, progress: float) -> str:
        if progress < self.first_act:
            return self.draw_again(real, step, progress / self.first_act)
        if self.began is None:
            self.began = step
            self.average.decay = 0.998
        return self.play(real, step - self.began, progress)

    def draw_again(self, real: Tensor, step: int, progress: float) -> str:
        for group in self.optimise_a.param_groups:
            group["lr"] = 1e-3 * min(1, 2.2 - 2 * progress)
        with self.autocast:
            loss = autoencoder_loss(self.generator, self.encoder, self.feature_extractor, real)
        descend(self.optimise_a, loss)
        self.average.decay = 0.99
        self.average.update(self.generator, step)
        return f"autoencoder {loss.item():.0f}"

    def play(self, real: Tensor, step: int, progress: float) -> str:
        for optimiser in self.optimisers.values():
            for group in optimiser.param_groups:
                group["lr"] = self.args.lr * min(1, 4 * (1 - progress) + 0.05)
        z = torch.randn(2, self.batch, self.generator.z_dim, device=self.device)
        with self.autocast:
            with torch.no_grad():
                fake = self.generator(z[0]).float()
            penalty = self.args.r1 * R1_EVERY if step % R1_EVERY == 0 else 0.0
            loss_c = discriminator_loss(self.discriminators, real, fake, penalty)
        descend(self.optimise_c, loss_c)
        if step < self.args.look_first and not self.optimise_g.state:  # new discriminators look first, and speak then
            return f"critics {loss_c.item():.3f}, warming up"
        set_learning(self.discriminators, False)
        with self.autocast:
            loss_g = generator_loss(self.discriminators, self.generator(z[1]))
        set_learning(self.discriminators, True)
        descend(self.optimise_g, loss_g)
        self.average.update(self.generator, step + 1000)
        return f"critics {loss_c.item():.3f}, generator {loss_g.item():.3f}"

    @torch.no_grad()
    def save(self, out: Path, step: int, fixed: Tensor) -> None:
        save_sheet(self.average.network(fixed), out / f"faces_{step:06d}.png", 12)
        save_state(out / "faces_state.safetensors", self.networks, self.optimisers)
        save_weights(self.average.network, out / "faces_generator.safetensors", half=True)
        save_weights(self.discriminators.pixels, out / "faces_critic.safetensors", half=True)


class Plain:
    """Radford's recipe of 2016, on the same generator."""

    def __init__(self, run, args):
        layout = {"memory_format": torch.channels_last}
        self.batch, self.device = args.batch, run.device
        self.generator = DCGANGenerator().to(run.device, **layout).apply(radford_start)
        self.discriminator = DCGANDiscriminator(norm=True).to(run.device, **layout).apply(radford_start)
        self.optimise_g = torch.optim.Adam(self.generator.parameters(), 2e-4, betas=(0.5, 0.999))
        self.optimise_c = torch.optim.Adam(self.discriminator.parameters(), 2e-4, betas=(0.5, 0.999))

    def step(self, real: Tensor, step: int, progress: float) -> str:
        fake = self.generator(torch.randn(self.batch, self.generator.z_dim, device=self.device))
        loss_c = discriminator_logistic(self.discriminator(real), self.discriminator(fake.detach()))
        descend(self.optimise_c, loss_c)
        loss_g = generator_nonsaturating(self.discriminator(fake))
        descend(self.optimise_g, loss_g)
        return f"critic {loss_c.item():.3f}, generator {loss_g.item():.3f}"

    @torch.no_grad()
    def save(self, out: Path, step: int, fixed: Tensor) -> None:
        self.generator.eval()
        save_sheet(self.generator(fixed), out / f"plain_{step:06d}.png", 12)
        save_weights(self.generator, out / "plain_generator.safetensors", half=True)
        self.generator.train()


def radford_start(layer: nn.Module) -> None:
    """Weights from N(0, 0.02) (Radford et al., 2016, section 4)."""
    if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
        nn.init.normal_(layer.weight, std=0.02)


def set_learning(discriminators: Discriminators, on: bool) -> None:
    for parameter in discriminators.parameters():
        parameter.requires_grad_(on)


def descend(optimiser: torch.optim.Optimizer, loss: Tensor) -> None:
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    optimiser.step()


if __name__ == "__main__":
    main()
