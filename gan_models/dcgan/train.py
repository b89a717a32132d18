"""Train the face GAN: ``python -m gan_models.dcgan.train --data DIR --minutes 100``.

A DCGAN (Radford et al., 2016) with what was learnt since, in two acts:

1. A variational autoencoder (Kingma and Welling, 2014) teaches the generator in a few minutes where eyes, mouths and
   hair belong; the pictures are blurred, but all kinds of faces are there (Larsen et al., 2016, "VAE-GAN").
2. The adversarial game makes them sharp: a discriminator of pixels with a lazy R1 penalty (Mescheder et al., 2018) and
   one that looks at frozen SqueezeNet features (Sauer et al., 2021), both with the non-saturating loss; the moving
   average of the generator is what ships.

``--recipe plain`` trains the same generator as in 2016 instead, for comparison: one discriminator with batch norm, Adam
at 0.0002 with momentum 0.5, no average.
"""

import time
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.core.squeezenet import SqueezeNetFeatures, load_squeezenet
from gan_models.data.celeba import flip_half, load_faces, to_signed
from gan_models.dcgan.networks import DCGANDiscriminator, DCGANGenerator
from gan_models.dcgan.train_plain import PlainTrainer
from gan_models.metrics.squeezenet import squeeze_distances, squeeze_features
from gan_models.training.feature_discriminator import TAPS, FeatureDiscriminator
from gan_models.training.loop import MovingAverage, Run, frozen, parse_run
from gan_models.training.losses import discriminator_logistic, generator_nonsaturating, latent_price, r1_penalty
from gan_models.training.perceptual import relative_difference
from gan_models.training.trainer import Trainer

R1_EVERY = 16
SCORED = 1000  # samples whose distance is measured with ``--score-minutes``
SCALES = tuple(TAPS)


@dataclass
class Discriminators:
    """The discriminator of pixels, which ships, and that of frozen features, which exists for training alone."""

    pixels: DCGANDiscriminator
    heads: FeatureDiscriminator
    feature_extractor: SqueezeNetFeatures

    def parameters(self) -> list[nn.Parameter]:
        """What learns in both."""
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
        """Faces (N, 3, 64, 64) in [-1, 1] to mean and log variance, each (N, z_dim)."""
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
    with torch.no_grad():
        wanted = feature_extractor(faces, SCALES)
    seen = relative_difference(feature_extractor(again, SCALES), wanted)
    return pixels + latent_price(mean, log_variance) + 100 * seen


def discriminator_loss(discriminators: Discriminators, real: Tensor, fake: Tensor, penalty: float) -> Tensor:
    """Both discriminators' loss; ``penalty`` is the weight of R1 on pixels, 0 leaves it out."""
    both = discriminators.answers(torch.cat([real, fake]))
    loss = sum(discriminator_logistic(*a.float().chunk(2)) for a in both)
    if penalty:
        real = real.detach().requires_grad_(True)
        loss = loss + penalty / 2 * r1_penalty(discriminators.pixels(real), real)
    return loss


def generator_loss(discriminators: Discriminators, fake: Tensor) -> Tensor:
    """How little both discriminators believe in fakes (N, 3, 64, 64), summed over all their answers."""
    return sum(generator_nonsaturating(a.float()) for a in discriminators.answers(fake))


class FaceTrainer(Trainer):
    """The recipe of this file's head.

    Args:
        faces: training pictures (N, 3, 64, 64) uint8.
    """

    name = "faces"

    def __init__(self, run: Run, args, faces: Tensor):
        super().__init__(run)
        self.args, self.batch, self.faces = args, args.batch, faces.to(run.device)
        if args.processor_time:
            self.now = time.process_time
        self.generator = self.place(DCGANGenerator(), "faces_generator")
        self.encoder = self.place(Encoder(self.generator.z_dim))
        self.extractor = self.place(load_squeezenet(args.features))
        pixels, heads = self.place(DCGANDiscriminator(), "faces_critic"), self.place(FeatureDiscriminator())
        self.discriminators = Discriminators(pixels, heads, self.extractor)
        self.average = MovingAverage(self.generator, 0.998, head_start=1000)
        self.networks = {"generator": self.generator, "encoder": self.encoder, "pixels": pixels, "heads": heads}
        self.averages = {"average": self.average}
        both = [*self.generator.parameters(), *self.encoder.parameters()]
        self.optimisers = {
            "optimise_a": torch.optim.Adam(both),
            "optimise_g": torch.optim.Adam(self.generator.parameters(), betas=(0.0, 0.99)),
            "optimise_c": torch.optim.Adam(self.discriminators.parameters(), betas=(0.0, 0.99)),
        }
        self.optional = ("encoder", "optimise_a")
        shipped = run.resume and run.resume.is_dir()
        self.first_act = 0.0 if shipped else args.first_act
        self.seen["played"] = 0

    def restore(self, path: Path) -> tuple[dict, dict[str, Tensor]]:
        numbers, rest = super().restore(path)
        return {"played": 1} | numbers, rest  # a state that counts nothing is of the second act

    def drawing(self, progress: float) -> bool:
        """Whether this is the first act; once over, it does not come back."""
        return progress < self.first_act and not self.seen["played"]

    def rates(self, progress: float) -> dict[str, float]:
        if self.drawing(progress):
            return {"optimise_a": 1e-3 * min(1, 2.2 - 2 * progress / self.first_act)}
        return dict.fromkeys(("optimise_g", "optimise_c"), self.args.lr * min(1, 4 * (1 - progress) + 0.05))

    def step(self, progress: float) -> dict[str, Tensor]:
        real = flip_half(to_signed(self.faces[self.pick(len(self.faces), self.batch)]))
        first = self.drawing(progress)
        self.average.decay = 0.99 if first else 0.998
        return self.draw_again(real) if first else self.play(real)

    def draw_again(self, real: Tensor) -> dict[str, Tensor]:
        """One step of the first act on faces (N, 3, 64, 64)."""
        with self.autocast:
            loss = autoencoder_loss(self.generator, self.encoder, self.extractor, real)
        self.descend(self.optimisers["optimise_a"], loss)
        return {"autoencoder": loss}

    def play(self, real: Tensor) -> dict[str, Tensor]:
        """One step of the second act on faces (N, 3, 64, 64)."""
        played = self.seen["played"]
        self.seen["played"] += 1
        z = torch.randn(2, self.batch, self.generator.z_dim, device=self.device)
        with self.autocast:
            with torch.no_grad():
                fake = self.generator(z[0]).float()
            penalty = self.args.r1 * R1_EVERY if played % R1_EVERY == 0 else 0.0
            loss_d = discriminator_loss(self.discriminators, real, fake, penalty)
        self.descend(self.optimisers["optimise_c"], loss_d)
        said = {"discriminators": loss_d}
        if played < self.args.look_first and not self.optimisers["optimise_g"].state:  # new ones look first
            return said
        with frozen(self.discriminators.pixels, self.discriminators.heads), self.autocast:
            loss_g = generator_loss(self.discriminators, self.generator(z[1]))
        self.descend(self.optimisers["optimise_g"], loss_g)
        return said | {"generator": loss_g}

    def samples(self, count: int) -> Tensor:
        noise = self.fixed_noise(count, self.generator.z_dim)
        return torch.cat([self.average.network(z) for z in noise.split(100)])

    def real(self, count: int) -> Tensor:
        return to_signed(self.faces[:count])

    def score(self) -> tuple[float, str]:
        """SqueezeNet-FD to as many real faces."""
        made, real = (squeeze_features(self.extractor, p) for p in (self.samples(SCORED), self.real(SCORED)))
        fd, kd = squeeze_distances(made, real)
        return fd, f"FD {fd:.0f}, KD {kd:.0f} of {len(made)} samples"

    def sheet(self) -> tuple[Tensor, int]:
        return self.samples(60), 12

    def weights(self) -> dict[str, nn.Module]:
        return {"faces_generator": self.average.network, "faces_critic": self.discriminators.pixels}


def options(parser) -> None:
    """Add what only this script asks for."""
    add = parser.add_argument
    add("--recipe", choices=["ours", "plain"], default="ours")
    add("--features", type=Path, help="SqueezeNet 1.1 as safetensors; else torchvision fetches it")
    add("--first-act", type=float, default=0.1, help="share of the time for the autoencoder")
    add("--batch", type=int, default=32, help="faces a step, of each process")
    add("--lr", type=float, default=4e-4)
    add("--r1", type=float, default=1.0, help="weight of the gradient penalty")
    add("--processor-time", action="store_true", help="minutes of processor time, not of the wall")
    add("--look-first", type=int, default=100, help="steps that new discriminators get before the game")
    add("--save-steps", "--save-every", type=int, default=500, help="steps between checkpoints; 0 counts minutes")


def main(argv: list[str] | None = None) -> Trainer:
    """The command of this file's head."""
    run, args = parse_run(__doc__, "celeba64.zip or the folder that holds it", 100, options, argv)
    kind = PlainTrainer if args.recipe == "plain" else FaceTrainer
    return kind(run, args, load_faces(run.data, "train")[0]).train()


if __name__ == "__main__":
    main()
