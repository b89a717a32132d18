"""Networks small enough to be watched while they learn: points in the plane, and 28x28 pictures.

Goodfellow et al. (2014) used fully connected networks for digits; Radford et al. (2016, DCGAN) made them convolutional.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.data.mnist import CLASSES
from gan_models.live.minibatch import MinibatchDiscrimination, minibatch_std


class PointGenerator(nn.Module):
    """A square of noise in, points of the plane out: z (N, z_dim) in [-1, 1] to (N, 2), unbounded."""

    def __init__(self, z_dim: int = 2, width: int = 64):
        super().__init__()
        self.z_dim = z_dim
        self.body = nn.Sequential(
            nn.Linear(z_dim, width), nn.ReLU(),
            nn.Linear(width, width), nn.ReLU(),
            nn.Linear(width, width), nn.ReLU(),
            nn.Linear(width, 2),
        )  # fmt: skip

    def forward(self, z: Tensor) -> Tensor:
        """z (N, z_dim) in [-1, 1] to points (N, 2)."""
        return self.body(z)


class PointDiscriminator(nn.Module):
    """Points (N, 2) to logits (N,).

    With ``watch_spread`` set, the later layers also see how much the batch varies, as one number (minibatch standard
    deviation, Karras et al., 2018); otherwise that input is zero. In eval mode the number is a running average of the
    training batches', because the spread of a batch of grid points says nothing. ``minibatch`` holds what else looks at
    the whole batch, once :meth:`watch_batch` has switched it on.
    """

    def __init__(self, width: int = 64):
        super().__init__()
        self.first = nn.Linear(2, width)
        self.second = nn.Linear(width + 1, width)
        self.third = nn.Linear(width, width)
        self.to_logit = nn.Linear(width, 1)
        self.watch_spread = False
        self.minibatch: MinibatchDiscrimination | None = None
        self.register_buffer("usual_spread", torch.zeros(()))

    def watch_batch(self, on: bool, seed: int = 0) -> None:
        """Minibatch discrimination on or off; its weights begin from ``seed``. Build the optimiser afterwards."""
        if on != (self.minibatch is not None):
            self.minibatch = (
                MinibatchDiscrimination(self.first.out_features, self.second.out_features, seed) if on else None
            )

    def forward(self, points: Tensor) -> Tensor:
        """Points (N, 2) to logits (N,)."""
        x = F.leaky_relu(self.first(points), 0.2)
        seen = self.second(torch.cat([x, self.spread(x).expand(len(x), 1)], 1))
        if self.minibatch is not None:
            seen = seen + self.minibatch(x)
        x = F.leaky_relu(seen, 0.2)
        x = F.leaky_relu(self.third(x), 0.2)
        return self.to_logit(x).squeeze(1)

    def spread(self, x: Tensor) -> Tensor:
        """How much features (N, C) vary over the batch, as one number; 0 unless it is watched."""
        if not self.watch_spread:
            return x.new_zeros(())
        if not self.training:
            return self.usual_spread
        spread = minibatch_std(x)
        self.usual_spread.lerp_(spread.detach(), 0.02)
        return spread


class Dropout(nn.Module):
    """Dropout that draws from ``random``, so that a seed repeats a run; ``None`` is PyTorch's global generator."""

    def __init__(self, share: float):
        super().__init__()
        self.share = share
        self.random: torch.Generator | None = None

    def forward(self, x: Tensor) -> Tensor:
        """Any shape to the same."""
        if not self.training or not self.share:
            return x
        kept = torch.empty_like(x).bernoulli_(1 - self.share, generator=self.random)
        return x * kept.div_(1 - self.share)


class ClassicGenerator(nn.Module):
    """The classic of many tutorials: 100 -> 256 -> 512 -> 1024 -> 784, fully connected.

    z (N, 100) from a normal distribution to pictures (N, 1, 28, 28) in [-1, 1].
    """

    def __init__(self, z_dim: int = 100):
        super().__init__()
        self.z_dim = z_dim
        self.body = nn.Sequential(
            nn.Linear(z_dim, 256), nn.LeakyReLU(0.2),
            nn.Linear(256, 512), nn.LeakyReLU(0.2),
            nn.Linear(512, 1024), nn.LeakyReLU(0.2),
            nn.Linear(1024, 784), nn.Tanh(),
        )  # fmt: skip

    def forward(self, z: Tensor, kinds: Tensor | None = None) -> Tensor:
        """``kinds`` is not used: the classic writes whatever comes to its mind."""
        return self.body(z).view(-1, 1, 28, 28)


class Discriminator(nn.Module):
    """What judges pictures: ``features`` looks at each by itself, ``judge`` gives verdicts on a batch of these."""

    HASTE = 1.0

    def features(self, images: Tensor) -> Tensor:
        """Pictures (N, 1, 28, 28) in [-1, 1] to (N, D)."""
        raise NotImplementedError

    def judge(self, features: Tensor, kinds: Tensor | None = None) -> Tensor:
        """Features (N, D) and kinds (N,), where it knows labels, to logits (N,)."""
        raise NotImplementedError

    def forward(self, images: Tensor, kinds: Tensor | None = None) -> Tensor:
        """Pictures (N, 1, 28, 28) in [-1, 1] and kinds (N,), where it knows labels, to logits (N,)."""
        return self.judge(self.features(images), kinds)

    def groups(self, rate: float) -> list[dict]:
        """Its parameters with their learning rates, for an optimiser: those of the ``hasty`` part learn faster."""
        hasty = [] if self.hasty is None else list(self.hasty.parameters())
        kept = {id(parameter) for parameter in hasty}
        calm = [parameter for parameter in self.parameters() if id(parameter) not in kept]
        return [{"params": calm, "lr": rate}, {"params": hasty, "lr": self.HASTE * rate}]

    @property
    def hasty(self) -> nn.Module | None:
        """The part that learns ``HASTE`` times faster than the rest, if there is one."""
        return None


class ClassicDiscriminator(Discriminator):
    """784 -> 1024 -> 512 -> 256 -> 1 with dropout: pictures (N, 1, 28, 28) in [-1, 1] to logits (N,)."""

    def __init__(self, dropout: float = 0.3):
        super().__init__()
        self.body = nn.Sequential(
            nn.Flatten(),
            nn.Linear(784, 1024), nn.LeakyReLU(0.2), Dropout(dropout),
            nn.Linear(1024, 512), nn.LeakyReLU(0.2), Dropout(dropout),
            nn.Linear(512, 256), nn.LeakyReLU(0.2), Dropout(dropout),
            nn.Linear(256, 1),
        )  # fmt: skip

    def features(self, images: Tensor) -> Tensor:
        """Pictures (N, 1, 28, 28) to (N, 256)."""
        return self.body[:-1](images)

    def judge(self, features: Tensor, kinds: Tensor | None = None) -> Tensor:
        """``kinds`` is not used."""
        return self.body[-1](features).squeeze(1)


class SmallDCGenerator(nn.Module):
    """A DCGAN for a minute's patience: one transposed convolution, then one convolution that writes 2x2 pixels a cell.

    z (N, z_dim) from a normal distribution to pictures (N, 1, 28, 28) in [-1, 1]. With ``labels`` true it is also told
    which kind to draw (Mirza and Osindero, 2014); that makes it learn several times faster.
    """

    def __init__(self, z_dim: int = 32, width: int = 16, labels: bool = True, more: int = 0):
        super().__init__()
        self.z_dim = z_dim
        self.labels = labels
        self.from_z = nn.Linear(z_dim + (CLASSES if labels else 0) + more, 3 * width * 49, bias=False)
        self.norm7 = nn.BatchNorm2d(3 * width)
        self.up14 = nn.ConvTranspose2d(3 * width, width, 4, stride=2, padding=1, bias=False)
        self.norm14 = nn.BatchNorm2d(width)
        self.to_ink = nn.Conv2d(width, 4, 3, padding=1)

    def tell(self, kinds: Tensor | None) -> tuple[Tensor, ...]:
        """What stands beside the noise: the kind (N,) as (N, 10), where it knows labels."""
        return (2.0 * F.one_hot(kinds, CLASSES),) if self.labels else ()

    def forward(self, z: Tensor, kinds: Tensor | None = None) -> Tensor:
        """z (N, z_dim) and kinds (N,), where it knows labels, to pictures (N, 1, 28, 28) in [-1, 1]."""
        z = torch.cat([z, *self.tell(kinds)], 1)
        x = F.relu(self.norm7(self.from_z(z).view(len(z), -1, 7, 7)))
        x = F.relu(self.norm14(self.up14(x)))
        return torch.tanh(F.pixel_shuffle(self.to_ink(x), 2))


class SmallDCDiscriminator(Discriminator):
    """Two strided convolutions over 2x2 pixels a cell: pictures (N, 1, 28, 28) in [-1, 1] to logits (N,).

    With ``labels`` true it judges picture and kind together, by an inner product (Miyato and Koyama, 2018). With
    ``minibatch`` true it also sees how close each picture of the batch is to the others (Salimans et al., 2016).
    """

    HASTE = 20.0

    def __init__(self, width: int = 32, labels: bool = True, minibatch: bool = False):
        super().__init__()
        self.labels = labels
        self.down7 = nn.Conv2d(4, width, 4, stride=2, padding=1)
        self.down3 = nn.Conv2d(width, 2 * width, 4, stride=2, padding=1)
        self.mix = nn.Linear(2 * width * 9, 4 * width)
        self.to_logit = nn.Linear(4 * width, 1)
        if labels:
            self.class_vectors = nn.Embedding(CLASSES, 4 * width)
        self.minibatch = MinibatchDiscrimination(4 * width, 1) if minibatch else None

    @property
    def hasty(self) -> nn.Module | None:
        """What sees the whole batch: with few weights it must be quick to notice."""
        return self.minibatch

    def features(self, images: Tensor) -> Tensor:
        """Pictures (N, 1, 28, 28) in [-1, 1] to (N, 128)."""
        x = F.leaky_relu(self.down7(F.pixel_unshuffle(images, 2)), 0.2)
        x = F.leaky_relu(self.down3(x), 0.2)
        return F.leaky_relu(self.mix(x.flatten(1)), 0.2)

    def judge(self, features: Tensor, kinds: Tensor | None = None) -> Tensor:
        """Features (N, 128) and kinds (N,), where it knows labels, to logits (N,)."""
        logits = self.to_logit(features)
        if self.minibatch is not None:
            logits = logits + self.minibatch(features)
        if self.labels:
            by_class = (features * self.class_vectors(kinds)).sum(1, keepdim=True)
            logits = logits + by_class / features.shape[1] ** 0.5
        return logits.squeeze(1)
