"""The recipe of 2016 on our face generator, for comparison: ``python -m gan_models.dcgan.train --recipe plain``."""

import time

import torch
from torch import Tensor, nn

from gan_models.data.celeba import flip_half, to_signed
from gan_models.dcgan.networks import DCGANDiscriminator, DCGANGenerator
from gan_models.training.loop import Run
from gan_models.training.losses import discriminator_logistic, generator_nonsaturating
from gan_models.training.trainer import Trainer


class PlainTrainer(Trainer):
    """Radford's recipe.

    Args:
        faces: training pictures (N, 3, 64, 64) uint8.
    """

    name = "plain"

    def __init__(self, run: Run, args, faces: Tensor):
        super().__init__(run)
        self.batch, self.faces = args.batch, faces.to(run.device)
        if args.processor_time:
            self.now = time.process_time
        self.generator = self.place(DCGANGenerator()).apply(radford_start)
        self.discriminator = self.place(DCGANDiscriminator(norm=True)).apply(radford_start)
        self.networks = {"generator": self.generator, "discriminator": self.discriminator}
        self.optimisers = {
            "optimise_g": torch.optim.Adam(self.generator.parameters(), 2e-4, betas=(0.5, 0.999)),
            "optimise_c": torch.optim.Adam(self.discriminator.parameters(), 2e-4, betas=(0.5, 0.999)),
        }

    def step(self, progress: float) -> dict[str, Tensor]:
        real = flip_half(to_signed(self.faces[self.pick(len(self.faces), self.batch)]))
        fake = self.generator(torch.randn(self.batch, self.generator.z_dim, device=self.device))
        loss_d = discriminator_logistic(self.discriminator(real), self.discriminator(fake.detach()))
        self.descend(self.optimisers["optimise_c"], loss_d)
        loss_g = generator_nonsaturating(self.discriminator(fake))
        self.descend(self.optimisers["optimise_g"], loss_g)
        return {"discriminator": loss_d, "generator": loss_g}

    def sheet(self) -> tuple[Tensor, int]:
        self.generator.eval()
        pictures = self.generator(self.fixed_noise(60, self.generator.z_dim))
        self.generator.train()
        return pictures, 12

    def weights(self) -> dict[str, nn.Module]:
        return {"plain_generator": self.generator}


def radford_start(layer: nn.Module) -> None:
    """Weights from N(0, 0.02) (Radford et al., 2016, section 4)."""
    if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
        nn.init.normal_(layer.weight, std=0.02)
