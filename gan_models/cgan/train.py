"""Train the class-conditional digit GAN on MNIST: ``python -m gan_models.cgan.train --data DIR --minutes 40``.

Conditional GAN after Mirza and Osindero (2014), with a projection discriminator (Miyato and Koyama, 2018), the
non-saturating loss, a lazy R1 penalty (Mescheder et al., 2018; Karras et al., 2020) and real digits under a wrong
label as further negatives (Reed et al., 2016, "GAN-CLS"), so that the discriminator cannot ignore the label.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from gan_models.cgan.networks import DigitDiscriminator, DigitGenerator
from gan_models.classifiers.checkpoints import CHECKPOINTS as CLASSIFIERS
from gan_models.core.store import load_network
from gan_models.data.mnist import CLASSES, load_mnist, to_signed
from gan_models.metrics.scores import frechet_distance
from gan_models.training.loop import MovingAverage, Run, frozen, parse_run
from gan_models.training.losses import discriminator_logistic, generator_nonsaturating, r1_penalty
from gan_models.training.trainer import Trainer

R1_EVERY = 8
SCORED = 2000  # digits whose distance is measured with ``--score-minutes``


class DigitTrainer(Trainer):
    """Networks, optimisers and one step.

    Args:
        digits: images (N, 28, 28) uint8 and labels (N,).
    """

    name = "digits"

    def __init__(self, run: Run, args, digits: tuple[Tensor, Tensor]):
        super().__init__(run)
        self.args = args
        self.images, self.labels = (t.to(run.device) for t in digits)
        self.generator = self.place(DigitGenerator(), "digits_generator")
        self.discriminator = self.place(DigitDiscriminator(), "digits_critic")
        self.average = MovingAverage(self.generator, 0.999)
        self.networks = {"generator": self.generator, "critic": self.discriminator}
        self.averages = {"average": self.average}
        self.optimisers = {
            "optimise_g": torch.optim.Adam(self.generator.parameters(), betas=(0.0, 0.99)),
            "optimise_c": torch.optim.Adam(self.discriminator.parameters(), betas=(0.0, 0.99)),
        }
        self.classifier = load_network(CLASSIFIERS["digit-judge"], "embedded")[0].to(run.device)

    def rates(self, progress: float) -> dict[str, float]:
        rate = self.args.lr * min(1, 10 ** (1 - 2 * progress))  # level for half the time, then falling
        return dict.fromkeys(self.optimisers, rate)

    def noise(self) -> tuple[Tensor, Tensor]:
        """Style vectors (N, z_dim) and labels (N,) to draw a batch from."""
        n, device = self.args.batch, self.device
        return torch.randn(n, self.generator.z_dim, device=device), torch.randint(CLASSES, (n,), device=device)

    def step(self, progress: float) -> dict[str, Tensor]:
        args, n = self.args, self.args.batch
        pick = self.pick(len(self.images), n)
        real, labels = to_signed(self.images[pick]), self.labels[pick]
        half = n // 2
        wrong = (labels[:half] + torch.randint(1, CLASSES, (half,), device=self.device)) % CLASSES
        z, fake_labels = self.noise()
        with self.autocast:
            with torch.no_grad():
                fake = self.generator(z, fake_labels)
            seen = torch.cat([real, fake.float(), real[:half]]), torch.cat([labels, fake_labels, wrong])
            on_real, on_fake, on_wrong = self.discriminator(*seen).float().split([n, n, half])
        loss_d = discriminator_logistic(on_real, on_fake) + args.wrong_label * softplus(on_wrong).mean()
        if self.seen["steps"] % R1_EVERY == 0:
            real.requires_grad_(True)
            loss_d = loss_d + args.r1 / 2 * R1_EVERY * r1_penalty(self.discriminator(real, labels), real)
        self.descend(self.optimisers["optimise_c"], loss_d)

        z, labels = self.noise()
        with frozen(self.discriminator), self.autocast:
            loss_g = generator_nonsaturating(self.discriminator(self.generator(z, labels), labels).float())
        self.descend(self.optimisers["optimise_g"], loss_g)
        return {"discriminator": loss_d, "generator": loss_g}

    def samples(self, count: int) -> Tensor:
        labels = torch.arange(count, device=self.device) % CLASSES
        return self.average.network(self.fixed_noise(count, self.generator.z_dim), labels)

    def real(self, count: int) -> Tensor:
        return to_signed(self.images[:count])

    def features(self, pictures: Tensor) -> Tensor:
        """The classifier's: what a digit shows, rather than how it is coloured."""
        return self.classifier.features(pictures)

    def score(self) -> tuple[float, str]:
        made, real = (self.features(pictures).cpu() for pictures in (self.samples(SCORED), self.real(SCORED)))
        distance = frechet_distance(made, real)
        return distance, f"Frechet distance in the classifier's features {distance:.3f}"

    def sheet(self) -> tuple[Tensor, int]:
        """Ten style vectors, each as every digit."""
        labels = torch.arange(CLASSES, device=self.device).repeat_interleave(10)
        return self.average.network(self.fixed_noise(10, self.generator.z_dim).repeat(CLASSES, 1), labels), 10

    def weights(self) -> dict[str, nn.Module]:
        return {"digits_generator": self.average.network, "digits_critic": self.discriminator}


def options(parser) -> None:
    """Add what only this script asks for."""
    add = parser.add_argument
    add("--batch", type=int, default=64, help="digits a step, of each process")
    add("--lr", type=float, default=1e-3, help="at the start; falls to a tenth by the end")
    add("--r1", type=float, default=0.5, help="weight of the gradient penalty")
    add("--wrong-label", type=float, default=0.3, help="weight of mislabelled real digits")
    add("--save-steps", "--save-every", type=int, default=500, help="steps between checkpoints; 0 counts minutes")


def main(argv: list[str] | None = None) -> DigitTrainer:
    """The command of this file's head."""
    run, args = parse_run(__doc__, "folder with MNIST (downloaded into it where missing)", 40, options, argv)
    return DigitTrainer(run, args, load_mnist(run.data, train=True)).train()


if __name__ == "__main__":
    main()
