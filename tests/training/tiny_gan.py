"""A GAN of a few numbers on the shared loop, started with ``python -m tests.training.tiny_gan`` or by torchrun."""

import random
import sys
from contextlib import suppress

import numpy as np
import torch
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

from gan_models.training import processes
from gan_models.training.loop import MovingAverage, frozen, parse_run
from gan_models.training.losses import discriminator_logistic, generator_nonsaturating
from gan_models.training.trainer import Trainer


class TinyGAN(Trainer):
    """Draws from every source of chance there is, and has every kind of state: norms, dropout, moments, counters."""

    name = "tiny"

    def __init__(self, run, args):
        super().__init__(run)
        self.args = args
        self.generator = self.place(
            nn.Sequential(nn.Linear(4, 12), nn.BatchNorm1d(12), nn.ReLU(), nn.Dropout(0.3), nn.Linear(12, 12)), "tiny"
        )
        self.discriminator = nn.Sequential(spectral_norm(nn.Linear(12, 8)), nn.ReLU(), nn.Linear(8, 1))
        self.averages = {"average": MovingAverage(self.generator, 0.9)}
        self.networks = {"generator": self.generator, "discriminator": self.discriminator}
        self.optimisers = {
            "optimise_g": torch.optim.Adam([{"params": self.generator.parameters(), "base": 2.0}]),
            "optimise_d": torch.optim.AdamW(self.discriminator.parameters()),
        }
        self.generators = {"order": torch.Generator().manual_seed(run.seed)}
        self.pictures = torch.randn(40, 12, generator=torch.Generator().manual_seed(5))

    def rates(self, progress):
        return {"optimise_g": 0.01 * (1 - progress), "optimise_d": 0.02 * (1 - progress)}

    def step(self, progress):
        real = self.pictures[self.pick(40, 6)] * random.random() + np.random.rand()
        real = real + torch.randn(6, 12, generator=self.generators["order"]) * 0.1 * random.gauss(0, 1)
        fake = self.generator(torch.randn(6, 4))
        loss_d = discriminator_logistic(self.discriminator(real), self.discriminator(fake.detach()))
        self.descend(self.optimisers["optimise_d"], loss_d)
        with frozen(self.discriminator):
            loss_g = generator_nonsaturating(self.discriminator(fake))
        self.descend(self.optimisers["optimise_g"], loss_g)
        if self.seen["steps"] + 1 == self.args.crash:
            raise KeyboardInterrupt
        return {"discriminator": loss_d, "generator": loss_g}

    def weights(self):
        return {"tiny": self.averages["average"].network}

    def samples(self, count):
        return self.averages["average"].network(torch.randn(count, 4)).view(-1, 3, 2, 2)

    def real(self, count):
        return self.pictures[:count].view(-1, 3, 2, 2)

    def features(self, pictures):
        return pictures.flatten(1)

    def sheet(self):
        return self.samples(4), 2

    def score(self):
        return (2.0, 1.0, 3.0)[min(2, self.seen["steps"] // 3 - 1)], f"scored at {self.seen['steps']}"


class JointBatch(Trainer):
    """No chance at all: step k takes the k-th four pictures, each process its share of them."""

    name = "joint"

    def __init__(self, run, args):
        super().__init__(run)
        self.network = nn.Sequential(nn.Linear(12, 8), nn.Tanh(), nn.Linear(8, 1))
        self.networks = {"network": self.network}
        self.optimisers = {"optimise": torch.optim.Adam(self.network.parameters(), 0.01)}
        self.pictures = torch.randn(40, 12, generator=torch.Generator().manual_seed(5))

    def step(self, progress):
        k = 4 * int(self.seen["steps"])
        mine = self.pictures[k : k + 4][processes.rank() :: processes.count()]
        self.descend(self.optimisers["optimise"], self.network(mine).square().mean())
        self.gradients = [p.grad.clone() for p in self.network.parameters()]
        self.networks["gradients"] = dict_of(self.gradients)
        return {}


class dict_of:  # something with a state, for the state file
    def __init__(self, tensors):
        self.tensors = tensors

    def state_dict(self):
        return {str(k): tensor for k, tensor in enumerate(self.tensors)}


def options(parser):
    parser.add_argument("--joint", action="store_true", help="the gradients of a joint batch, not the GAN")
    parser.add_argument("--crash", type=int, default=0, help="be interrupted in the middle of this step")


def main(argv: list[str]) -> Trainer:
    run, args = parse_run(__doc__, "nothing", 60, options, argv)
    return (JointBatch if args.joint else TinyGAN)(run, args).train()


if __name__ == "__main__":
    words = sys.argv[1:]
    while "then" in words:  # several commands, so that a test need not start processes for each
        with suppress(KeyboardInterrupt):
            main(words[: words.index("then")])
        words = words[words.index("then") + 1 :]
    main(words)
