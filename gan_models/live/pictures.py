"""A GAN that learns to make pictures of ten kinds while somebody watches: the classic of 2014, or a small DCGAN.

A run is repeatable: the seed decides networks, noise and data. Its wall of 5x5 pictures always comes from the same
noise, so each can be followed from fog to ink.
"""

import base64
import math
import time
from collections.abc import Sequence

import safetensors.torch
import torch
from torch import Tensor, nn

from gan_models.core.errors import BadRequest
from gan_models.core.torch_adapter import lerp_all_
from gan_models.data.mnist import to_signed
from gan_models.live.networks import Dropout
from gan_models.live.points import start_weights
from gan_models.live.recipes import RECIPES, PictureSettings
from gan_models.training import losses

WALL = 25
CLASSIFIED = 500
AHEAD_SIZE = 1e-3  # of an imagined step: ten times what Adam moves the weights of a critic that learns at 1e-4
HISTORY = 40  # walls kept; when full, every second one goes


class PictureRun:
    """Generator, discriminator, optimisers and one source of randomness.

    Args:
        images, labels: (N, 28, 28) uint8 and (N,) int64; kept where they are, shared by all runs.
        device: where the networks live.
    """

    def __init__(self, settings: PictureSettings, images: Tensor, labels: Tensor, device: torch.device | str = "cpu"):
        self.settings, self.recipe = settings, RECIPES[settings.recipe]
        self.images, self.labels, self.device = images, labels, torch.device(device)
        self.random = torch.Generator().manual_seed(settings.seed)
        self.generator, self.discriminator = self.recipe.generator(), self.recipe.discriminator()
        for network in (self.generator, self.discriminator):
            start_weights(network, self.random)
            for layer in network.modules():
                if isinstance(layer, nn.Embedding):
                    nn.init.normal_(layer.weight, generator=self.random)
        self.objective = self.recipe.objective(self.discriminator, self.random)
        self.imagined = self.recipe.discriminator() if self.recipe.ahead else self.discriminator
        self.average = self.recipe.generator()
        self.average.load_state_dict(self.generator.state_dict())
        self.average.requires_grad_(False).eval()
        for network in (self.generator, self.discriminator, self.imagined, self.average):
            network.to(self.device, memory_format=torch.channels_last)
        if self.device.type == "cpu":
            for layer in self.discriminator.modules():
                if isinstance(layer, Dropout):
                    layer.random = self.random
        self.loss = losses.find_loss(settings.loss or self.recipe.loss)
        self.d_optimiser = self._adam(self.discriminator.groups(settings.d_rate or self.recipe.rate))
        self.g_optimiser = self._adam(
            [{"params": list(self.generator.parameters()), "lr": settings.g_rate or self.recipe.g_rate}]
        )
        self.fixed_z = torch.randn(CLASSIFIED, self.generator.z_dim, generator=self.random).to(self.device)
        self.fixed_told = self.objective.fixed(CLASSIFIED).to(self.device)
        self.sliders = torch.zeros(self.objective.sliders) if self.objective.sliders else None  # of the wall
        self._weights = list(self.generator.parameters())
        self._averages = floats(self.average), floats(self.generator)
        self.step = 0
        self.rate = 0.0
        self.d_loss = self.g_loss = self.d_real = self.d_fake = self.d_norm = self.g_norm = math.nan
        self.history: dict[int, Tensor] = {}

    def _adam(self, groups: list[dict]) -> torch.optim.Adam:
        return torch.optim.Adam(groups, betas=self.recipe.betas, fused=self.device.type in ("cpu", "cuda"))

    # --- training -----------------------------------------------------------------------------------------------

    def both(self, watch: bool = True) -> None:
        """One update of either network, the discriminator first, on the same fakes; ``watch`` records the numbers."""
        pick = torch.randint(len(self.images), (self.recipe.batch,), generator=self.random)
        real, kinds = to_signed(self.images[pick]).to(self.device), self.labels[pick].to(self.device)
        noise = torch.randn(len(pick), self.generator.z_dim, generator=self.random).to(self.device)
        told = self.objective.told(kinds)
        fake = self.generator(noise, told)
        self.objective.watched = watch
        by_itself = self.objective.before(self.images, self.step)

        seen_real, seen_fake = self.discriminator.features(torch.cat([real, fake.detach()])).chunk(2)
        on_real, on_fake = (self.discriminator.judge(seen, kinds) for seen in (seen_real, seen_fake))
        if self.recipe.real_label < 1 and self.loss.discriminator is losses.discriminator_logistic:
            d_loss = losses.discriminator_logistic(on_real, on_fake, self.recipe.real_label)
        else:
            d_loss = self.loss.discriminator(on_real, on_fake)
        total = d_loss + by_itself + self.objective.for_discriminator(seen_real, seen_fake, kinds, told)
        if self.loss.gradient_penalty:
            total = total + self.loss.gradient_penalty * losses.gradient_penalty(
                lambda between: self.discriminator(between, kinds), real, fake, self.random
            )
        self.d_optimiser.zero_grad(set_to_none=True)
        total.backward()
        if watch:
            self.d_norm = losses.gradient_norm(self.discriminator.parameters())
            opinion = self.loss.opinion or (lambda logits: logits)
            self.d_real, self.d_fake = opinion(on_real).mean().item(), opinion(on_fake).mean().item()
        self.d_optimiser.step()
        if self.loss.clip:
            losses.clip_weights(self.discriminator, self.loss.clip)

        self._look_ahead(real, fake.detach(), kinds)
        seen = self.imagined.features(fake)
        g_loss = self.loss.generator(self.imagined.judge(seen, kinds))
        more = self.objective.for_generator(seen, told)
        self.g_optimiser.zero_grad(set_to_none=True)
        (g_loss + more).backward(inputs=self._weights)
        if watch:
            self.g_norm = losses.gradient_norm(self.generator.parameters())
            self.d_loss, self.g_loss = d_loss.item(), g_loss.item()
        self.g_optimiser.step()
        with torch.no_grad():
            lerp_all_(*self._averages, 1 - min(self.recipe.average, (1 + self.step) / (10 + self.step)))
        self.step += 1

    def _look_ahead(self, real: Tensor, fake: Tensor, kinds: Tensor) -> None:
        """Let ``imagined`` be the discriminator as it would be some quick steps on, had it more of these pictures.

        After unrolled GANs (Metz et al., 2017), without their second derivatives: the generator does not reckon how its
        own pictures would change these steps. With them it learnt to draw grey, which hardly moves any weight.
        """
        if not self.recipe.ahead:
            return
        self.imagined.load_state_dict(self.discriminator.state_dict())
        for _ in range(self.recipe.ahead):
            seen = self.imagined.features(torch.cat([real, fake])).chunk(2)
            loss = self.loss.discriminator(*(self.imagined.judge(half, kinds) for half in seen))
            losses.step_of_size(self.imagined, loss, AHEAD_SIZE)

    def train(self, seconds: float, steps: int) -> int:
        """Train until either is used up; how many steps that were."""
        start, done = time.perf_counter(), 0
        while done < steps and time.perf_counter() - start < seconds:
            self.both(watch=done % 5 == 0)
            done += 1
        if done:
            self.rate = done / max(time.perf_counter() - start, 1e-9)
        return done

    # --- looking ------------------------------------------------------------------------------------------------

    @torch.no_grad()
    def pictures(self, count: int, sliders: Tensor | None = None) -> Tensor:
        """The first ``count`` pictures of the fixed noise: (count, 1, 28, 28) in [-1, 1].

        Drawn by the running average with its own batch statistics' average; the latest weights where the recipe
        keeps no average. With ``sliders`` (2,) all have these instead of their own.
        """
        told = self.fixed_told[:count]
        if sliders is not None:
            told = torch.cat([told[:, :1], sliders.to(told).expand(count, -1)], 1)
        return self.average(self.fixed_z[:count], told).clamp(-1, 1)

    def set_sliders(self, sliders: Sequence[float]) -> Tensor:
        """Give every picture of the wall these sliders in [-1, 1], and draw it.

        Raises:
            BadRequest: the networks of this recipe have no such sliders.
        """
        if len(sliders) != self.objective.sliders:
            raise BadRequest("These networks have no such sliders; InfoGAN has two.")
        self.sliders = torch.tensor(sliders, dtype=torch.float32)
        return self.wall()

    def report(self, read: Sequence[int]) -> dict:
        """What else there is to tell of kinds that were read in the pictures of the fixed noise."""
        return self.objective.report(self.fixed_told[: len(read)], torch.tensor(read))

    def wall(self) -> Tensor:
        """The 5x5 pictures as one picture (140, 140) uint8, remembered under the present step."""
        page = self.pictures(WALL, self.sliders).cpu().add(1).mul(127.5).round().to(torch.uint8)
        picture = page.view(5, 5, 28, 28).transpose(1, 2).reshape(140, 140)
        self.history[self.step] = picture
        if len(self.history) > HISTORY:
            for step in list(self.history)[1:-1:2]:
                del self.history[step]
        return picture


def frame(run: PictureRun) -> dict:
    """The wall and the numbers beside it, as JSON can hold them; numbers that do not exist yet are None."""
    wall = run.wall()
    names = ("step", "rate", "d_loss", "g_loss", "d_real", "d_fake", "d_norm", "g_norm")
    numbers = {name: getattr(run, name) for name in names}
    numbers |= {name: getattr(run.objective, name) for name in ("named_real", "named_fake")}
    return {k: v if math.isfinite(v) else None for k, v in numbers.items()} | {
        "wall": base64.b64encode(wall.numpy().tobytes()).decode(),
        "history": list(run.history),
        "probability": run.loss.opinion is not None,
    }


def floats(network: nn.Module) -> list[Tensor]:
    """Weights and batch statistics: all that a running average averages."""
    return [t.detach() for t in (*network.parameters(), *network.buffers()) if t.is_floating_point()]


# --- taking the toy home --------------------------------------------------------------------------------------------


def export_generator(run: PictureRun) -> bytes:
    """The shown generator as a safetensors file; its metadata name recipe, pictures, seed and steps."""
    state = {name: t.detach().cpu().contiguous() for name, t in run.average.state_dict().items()}
    settings = run.settings
    about = {"recipe": settings.recipe, "data": settings.data, "seed": str(settings.seed), "steps": str(run.step)}
    return safetensors.torch.save(state, about)


def import_generator(data: bytes, recipe: str) -> nn.Module:
    """The generator of :func:`export_generator`, strictly, in eval mode.

    Raises:
        ValueError: not a safetensors file, or not one of this recipe's networks.
    """
    if recipe not in RECIPES:
        raise BadRequest(f"There is no recipe {recipe!r}; choose one of {', '.join(RECIPES)}")
    network = RECIPES[recipe].generator()
    try:
        network.load_state_dict(safetensors.torch.load(data), strict=True)
    except Exception as error:
        raise BadRequest(f"This file does not hold a {recipe} generator: {error}.") from error
    return network.eval().requires_grad_(False)
