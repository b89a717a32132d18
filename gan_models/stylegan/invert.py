"""A photo's place: the encoder's guess first, then a search by gradient (Abdal et al., 2019, "Image2StyleGAN")."""

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from gan_models.core.squeezenet import enlarge
from gan_models.metrics.closeness import LAYERS

if TYPE_CHECKING:
    from gan_models.stylegan.pipeline import StylePipeline

STEPS = 60
RATE = 0.15  # of a step, in standard deviations of style vectors; it falls to nothing
PIXELS, HOME = 2.0, 0.005  # prices beside LPIPS: of wrong pixels, and of leaving the guess, where sliders are at home
SIDE = 128  # pixels at which LPIPS compares


@dataclass(frozen=True)
class Fit:
    """A search, as far as it is.

    Attributes:
        target: the photo, (1, 3, R, R) in [-1, 1]. ``drawn``: the same, as the network draws it.
        place: style vectors (layers, w_dim). ``guess``: those that the encoder found.
        steps: how many were taken, of :data:`STEPS`. ``optimiser``: its state.
    """

    target: Tensor
    drawn: Tensor
    place: Tensor
    guess: Tensor
    steps: int = 0
    optimiser: dict[str, Any] = field(default_factory=dict)

    @property
    def progress(self) -> float:
        """How much of the search is done, 0 to 1."""
        return self.steps / STEPS

    @property
    def size(self) -> int:
        """Bytes, about."""
        return 4 * (2 * self.target.numel() + 4 * self.place.numel())


@torch.no_grad()
def begin(pipeline: "StylePipeline", target: Tensor) -> Fit:
    """The encoder's guess for a photo (1, 3, R, R) in [-1, 1] on the CPU."""
    mean, _ = pipeline.encoder(target.to(pipeline.device))
    guess = pipeline.mapping(mean.cpu()).expand(pipeline.layers, -1).clone()
    return Fit(target, draw(pipeline, guess), guess, guess)


@torch.no_grad()
def draw(pipeline: "StylePipeline", place: Tensor) -> Tensor:
    """The face (1, 3, R, R) at a place (layers, w_dim)."""
    return pipeline.synthesis(place[None].to(pipeline.device)).clamp(-1, 1).cpu()


def looks(pipeline: "StylePipeline", face: Tensor) -> list[Tensor]:
    """What LPIPS sees in a face (1, 3, R, R) at 128x128."""
    return pipeline.distance.feature_extractor(enlarge(face, SIDE), LAYERS)


@torch.inference_mode()
def unlike(pipeline: "StylePipeline", fit: Fit) -> float:
    """LPIPS at 128x128 between a photo and the face that was found; 0 for the same."""
    drawn, target = (looks(pipeline, face.to(pipeline.device)) for face in (fit.drawn, fit.target))
    return pipeline.distance.distance(drawn, target).item()


def closer(pipeline: "StylePipeline", fit: Fit, seconds: float) -> Fit:
    """A little more of the search: at least one step, then as many as so many seconds allow.

    Pixels and LPIPS are compared; what leaves the encoder's guess has its price.
    """
    until, device = time.perf_counter() + seconds, pipeline.device
    target, guess = fit.target.to(device), fit.guess.to(device)
    spread, wanted = pipeline.spread.to(device), looks(pipeline, target)
    away = ((fit.place.to(device) - guess) / spread).clone().requires_grad_(True)
    optimiser = torch.optim.Adam([away], RATE, betas=(0.9, 0.99))
    if fit.optimiser:
        optimiser.load_state_dict(fit.optimiser)
    steps = fit.steps
    while steps < STEPS and (steps == fit.steps or time.perf_counter() < until):
        optimiser.param_groups[0]["lr"] = RATE * (1 - steps / STEPS)
        made = pipeline.synthesis((guess + spread * away)[None])
        wrong = (made - target).square().mean()
        loss = (
            pipeline.distance.distance(looks(pipeline, made), wanted).sum()
            + PIXELS * wrong
            + HOME * away.square().mean()
        )
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        steps += 1
    place = (guess + spread * away.detach()).cpu()
    return Fit(fit.target, draw(pipeline, place), place, fit.guess, steps, optimiser.state_dict())
