"""A GAN in two dimensions, small enough to watch every step of it.

What can be turned is in ``live_settings``; what a page needs to draw one moment of training is in ``point_frame``.
A run is repeatable: the seed decides networks, noise and data.
"""

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace

import torch
from torch import Tensor, nn

from gan_models.core.torch_adapter import lerp_all_
from gan_models.live.networks import PointDiscriminator, PointGenerator
from gan_models.live.point_sets import POINT_SETS, PointSet, strokes
from gan_models.live.settings import PointSettings
from gan_models.training import losses
from gan_models.training.spectral_norm import set_spectral_norm

SHOWN = 500  # real points on the picture
JUDGED = 1000  # generated points, always from the same noise, so that each can be followed
AVERAGE_DECAY = 0.99
UNROLL_RATE = 0.1


def start_weights(network: nn.Module, random: torch.Generator) -> None:
    """PyTorch's usual start for linear and convolutional layers, but drawn from ``random``."""
    for layer in network.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            nn.init.kaiming_uniform_(layer.weight, a=math.sqrt(5), generator=random)
            if layer.bias is not None:
                fan_in = layer.weight[0].numel()
                nn.init.uniform_(layer.bias, -(fan_in**-0.5), fan_in**-0.5, generator=random)


class PointRun:
    """Generator, discriminator, their optimisers and one source of randomness.

    Args:
        settings: see :class:`PointSettings`.
        drawing: the visitor's points where ``settings.points`` is "strokes".
    """

    def __init__(self, settings: PointSettings, drawing: Sequence[Sequence[float]] = ()):
        self.settings = settings
        self.target: PointSet = strokes(drawing) if settings.points == "strokes" else POINT_SETS[settings.points]()
        self.random = torch.Generator().manual_seed(settings.seed)
        self.generator, self.discriminator, self.average = PointGenerator(), PointDiscriminator(), PointGenerator()
        for network in (self.generator, self.discriminator):
            start_weights(network, self.random)
        self.average.load_state_dict(self.generator.state_dict())
        self.average.requires_grad_(False)
        self.fixed_z = self.noise(JUDGED)
        self.shown_real = self.target.sample(SHOWN, self.random)
        self.step = 0
        self.head_start_left = settings.head_start
        self.d_loss = self.g_loss = self.d_real = self.d_fake = self.d_norm = self.g_norm = math.nan
        self.first_g_norm = math.nan
        self.rate = 0.0
        self._under_way: Iterator[None] | None = None  # a step that the clock interrupted
        self._spent = 0.0  # seconds since a step was last finished
        self._set_up()

    def _set_up(self) -> None:
        self.loss = losses.find_loss(self.settings.loss)
        set_spectral_norm(self.discriminator, self.settings.spectral)
        self.discriminator.watch_spread = self.settings.spread
        self.discriminator.watch_batch(self.settings.minibatch, self.settings.seed)
        self.clip = self.loss.clip if self.settings.clip < 0 else self.settings.clip
        self.penalty = self.loss.gradient_penalty if self.settings.penalty < 0 else self.settings.penalty
        betas = (self.settings.momentum, 0.99)
        weights = list(self.discriminator.parameters())
        self.d_optimiser = torch.optim.Adam(weights, self.settings.d_rate, betas=betas, fused=True)
        weights = list(self.generator.parameters())
        if self.settings.plain:
            self.g_optimiser = torch.optim.SGD(weights, self.settings.g_rate)
        else:
            self.g_optimiser = torch.optim.Adam(weights, self.settings.g_rate, betas=betas, fused=True)
        self._averages = list(self.average.parameters()), weights

    def change(self, values: Mapping[str, object]) -> None:
        """Turn knobs while it runs; networks keep their weights, points and seed stay as they are."""
        new = PointSettings.read({**asdict(self.settings), **values})
        new = replace(new, points=self.settings.points, seed=self.settings.seed, head_start=self.settings.head_start)
        if new != self.settings:
            self.settings = new
            self._set_up()

    def noise(self, count: int) -> Tensor:
        """Latent points (count, 2), uniform in [-1, 1]."""
        return torch.rand(count, self.generator.z_dim, generator=self.random) * 2 - 1

    # --- training -----------------------------------------------------------------------------------------------

    def discriminator_step(self) -> None:
        """One update of the discriminator."""
        n = self.settings.batch
        real = self.target.sample(n, self.random)
        with torch.no_grad():
            fake = self.generator(self.noise(n))
        if self.settings.r1:
            real.requires_grad_(True)
        on_real, on_fake = self._answers(self.discriminator, real, fake)
        loss = self.loss.discriminator(on_real, on_fake)
        total = loss
        if self.settings.r1:
            total = total + self.settings.r1 / 2 * losses.r1_penalty(on_real, real)
        if self.penalty:
            total = total + self.penalty * losses.gradient_penalty(self.discriminator, real, fake, self.random)
        self.d_optimiser.zero_grad(set_to_none=True)
        total.backward()
        self.d_norm = losses.gradient_norm(self.discriminator.parameters())
        self.d_optimiser.step()
        if self.clip:
            losses.clip_weights(self.discriminator, self.clip)
        self.d_loss = loss.item()
        opinion = self.loss.opinion or (lambda logits: logits)
        self.d_real, self.d_fake = opinion(on_real).mean().item(), opinion(on_fake).mean().item()

    def _answers(self, answer: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor) -> Sequence[Tensor]:
        """Logits of real and of generated points, in one go where that is the same and quicker."""
        if self.settings.spread or self.settings.minibatch or self.settings.r1:
            return answer(real), answer(fake)  # statistics of a batch must not mix them, and R1 needs the slope at one
        return answer(torch.cat([real, fake])).split(len(real))

    def generator_step(self, move: bool = True) -> None:
        """One update of the generator and of its running average; without ``move`` only its gradient is measured."""
        fake = self.generator(self.noise(self.settings.batch))
        if self.settings.unrolled:
            real = self.target.sample(self.settings.batch, self.random)
            ahead = losses.unrolled_weights(
                self.discriminator, lambda answer: self.loss.discriminator(*self._answers(answer, real, fake)),
                self.settings.unrolled, UNROLL_RATE,
            )  # fmt: skip
            loss = self.loss.generator(torch.func.functional_call(self.discriminator, ahead, (fake,)))
        else:
            self.discriminator.requires_grad_(False)
            loss = self.loss.generator(self.discriminator(fake))
        self.g_optimiser.zero_grad(set_to_none=True)
        loss.backward(inputs=self._averages[1])
        self.discriminator.requires_grad_(True)
        self.g_norm = losses.gradient_norm(self._averages[1])
        if math.isnan(self.first_g_norm):
            self.first_g_norm = self.g_norm
        self.g_loss = loss.item()
        if not move:
            return
        self.g_optimiser.step()
        with torch.no_grad():
            lerp_all_(*self._averages, 1 - min(AVERAGE_DECAY, (1 + self.step) / (10 + self.step)))

    def updates(self) -> Iterator[None]:
        """One step of training, update by update: the discriminator's, then the generator's."""
        if self.head_start_left:
            self.head_start_left -= 1
            self.generator_step(move=False)
            yield
            self.discriminator_step()
            yield
        else:
            for _ in range(self.settings.d_steps):
                self.discriminator_step()
                yield
            for _ in range(self.settings.g_steps):
                self.generator_step()
                yield
        self.step += 1

    def both(self) -> None:
        """One step of training, or the rest of one."""
        for _ in self._under_way or self.updates():
            pass
        self._under_way = None

    def train(self, seconds: float, steps: int) -> int:
        """Train until either is used up, at least by one update; how many steps were finished.

        The clock is read after every update, since a step may be forty of them. The next call goes on where this one
        stopped, so that a run does not depend on the clock.
        """
        start, done, late = time.perf_counter(), 0, False
        while done < steps and not late:
            self._under_way = self._under_way or self.updates()
            for _ in self._under_way:
                late = time.perf_counter() - start >= seconds
                if late:
                    break
            else:
                self._under_way = None
                done, late = done + 1, time.perf_counter() - start >= seconds
        self._spent += time.perf_counter() - start
        if done:
            self.rate, self._spent = done / max(self._spent, 1e-9), 0.0
        return done

    def train_one(self, network: str, seconds: float, updates: int) -> None:
        """Only the ``discriminator`` or the ``generator`` learns, until either is used up."""
        start = time.perf_counter()
        for _ in range(updates):
            (self.discriminator_step if network == "discriminator" else self.generator_step)()
            if time.perf_counter() - start >= seconds:
                break
