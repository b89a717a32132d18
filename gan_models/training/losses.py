"""Adversarial losses and regularisers as pure functions.

Logits are the discriminator's raw answers, of any shape: above zero means "real" for the losses of the logistic family.
Every loss returns a scalar to minimise. :data:`LOSSES` names the six that can be chosen by name.
"""

import reprlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.core.errors import BadRequest
from gan_models.core.torch_adapter import norm_of_all

# --- losses -----------------------------------------------------------------------------------------------------


def discriminator_logistic(real: Tensor, fake: Tensor, real_label: float = 1.0) -> Tensor:
    """The discriminator's loss of Goodfellow et al. (2014): cross-entropy with real = 1, fake = 0.

    ``real_label`` below 1 is one-sided label smoothing (Salimans et al., 2016): 0.9 keeps the discriminator from
    being too sure of itself.
    """
    on_real = F.softplus(-real).mean()
    if real_label != 1.0:
        on_real = on_real + (1 - real_label) * real.mean()  # cross-entropy with a soft target, written with softplus
    return on_real + F.softplus(fake).mean()


def generator_saturating(fake: Tensor) -> Tensor:
    """Minimise log(1 - D(G(z))), the minimax game as first written (Goodfellow et al., 2014, equation 1).

    Its slope is D(G(z)): when the discriminator is sure, nothing is left to learn from.
    """
    return -F.softplus(fake).mean()


def generator_nonsaturating(fake: Tensor) -> Tensor:
    """Maximise log D(G(z)) instead of minimising log(1 - D(G(z))) (Goodfellow et al., 2014, section 3)."""
    return F.softplus(-fake).mean()


def discriminator_least_squares(real: Tensor, fake: Tensor) -> Tensor:
    """Half the squared distance to 1 for real and to 0 for fake (Mao et al., 2017, LSGAN, equation 9)."""
    return 0.5 * (real - 1).square().mean() + 0.5 * fake.square().mean()


def generator_least_squares(fake: Tensor) -> Tensor:
    """Half the squared distance to 1 (Mao et al., 2017, LSGAN, equation 9)."""
    return 0.5 * (fake - 1).square().mean()


def critic_wasserstein(real: Tensor, fake: Tensor) -> Tensor:
    """The negated gap between mean scores (Arjovsky et al., 2017). Means something only for a Lipschitz critic."""
    return fake.mean() - real.mean()


def generator_wasserstein(fake: Tensor) -> Tensor:
    """Raise the mean score; also the generator's side of the hinge loss."""
    return -fake.mean()


def discriminator_hinge(real: Tensor, fake: Tensor) -> Tensor:
    """Real above 1, fake below -1, and no reward beyond (Lim and Ye, 2017; Miyato et al., 2018)."""
    return F.relu(1 - real).mean() + F.relu(1 + fake).mean()


def latent_price(mean: Tensor, log_variance: Tensor) -> Tensor:
    """How far normal distributions (N, D) are from the standard one: KL divergence, mean over N.

    The price of an autoencoder's places (Kingma and Welling, 2014, appendix B).
    """
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1).mean()


@dataclass(frozen=True)
class Loss:
    """One way to keep score.

    Attributes:
        discriminator: (real logits, fake logits) -> scalar.
        generator: (fake logits) -> scalar.
        opinion: logits -> "how real" in [0, 1]; ``None`` where a logit is a score without a fixed scale.
        clip: weights of the discriminator are clamped to [-clip, clip] after each of its steps; 0 leaves them alone.
        gradient_penalty: weight of :func:`gradient_penalty`; 0 is none.
        paper: where it was first described.
    """

    title: str
    discriminator: Callable[[Tensor, Tensor], Tensor]
    generator: Callable[[Tensor], Tensor]
    paper: str
    opinion: Callable[[Tensor], Tensor] | None = torch.sigmoid
    clip: float = 0.0
    gradient_penalty: float = 0.0


def clamp_opinion(logits: Tensor) -> Tensor:
    """The least-squares discriminator aims at 0 and 1 directly."""
    return logits.clamp(0, 1)


LOSSES: dict[str, Loss] = {
    "non-saturating": Loss(
        "Non-saturating", discriminator_logistic, generator_nonsaturating, "Goodfellow et al., 2014, section 3"
    ),
    "minimax": Loss("Minimax (saturating)", discriminator_logistic, generator_saturating, "Goodfellow et al., 2014"),
    "lsgan": Loss(
        "Least squares", discriminator_least_squares, generator_least_squares, "Mao et al., 2017", opinion=clamp_opinion
    ),
    "wgan": Loss(
        "Wasserstein, clipped", critic_wasserstein, generator_wasserstein, "Arjovsky et al., 2017", None, clip=0.05
    ),
    "wgan-gp": Loss(
        "Wasserstein, gradient penalty", critic_wasserstein, generator_wasserstein, "Gulrajani et al., 2017", None,
        gradient_penalty=10.0,
    ),
    "hinge": Loss("Hinge", discriminator_hinge, generator_wasserstein, "Lim and Ye, 2017; Miyato et al., 2018"),
}  # fmt: skip


def find_loss(name: str) -> Loss:
    """The loss of that name; ``ValueError`` with the names there are."""
    if name not in LOSSES:
        raise BadRequest(f"There is no loss {reprlib.repr(name)}; choose one of {', '.join(LOSSES)}.")
    return LOSSES[name]


# --- regularisers -----------------------------------------------------------------------------------------------


def r1_penalty(real_logits: Tensor, real_images: Tensor) -> Tensor:
    """Mean squared gradient norm at real images, which need a gradient (Mescheder et al., 2018)."""
    (gradient,) = torch.autograd.grad(real_logits.sum(), real_images, create_graph=True)
    return gradient.float().square().flatten(1).sum(1).mean()


def gradient_penalty(
    discriminator: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, random: torch.Generator | None = None
) -> Tensor:
    """Mean of (gradient norm - 1) squared at random points between real and fake (Gulrajani et al., 2017).

    ``real`` and ``fake`` have the same shape (N, ...); the pairs are mixed, each with its own weight in [0, 1].
    """
    weight = torch.rand(len(real), *[1] * (real.ndim - 1), generator=random).to(real)
    between = torch.lerp(real.detach(), fake.detach(), weight).requires_grad_(True)
    (gradient,) = torch.autograd.grad(discriminator(between).sum(), between, create_graph=True)
    return (gradient.flatten(1).norm(dim=1) - 1).square().mean()


@torch.no_grad()
def clip_weights(network: nn.Module, limit: float) -> None:
    """Clamp every parameter to [-limit, limit] in place (Arjovsky et al., 2017)."""
    for parameter in network.parameters():
        parameter.clamp_(-limit, limit)


def unrolled_weights(
    discriminator: nn.Module, loss: Callable[[Callable[[Tensor], Tensor]], Tensor], steps: int, rate: float
) -> dict[str, Tensor]:
    """The discriminator's weights after ``steps`` imagined gradient steps, still a function of the generator.

    Unrolled GANs (Metz et al., 2017): the generator is trained against the discriminator's answer to it, so standing on
    one mode no longer pays. ``loss`` takes a function "points to logits" and returns a scalar; ``rate`` is the step
    size of plain gradient descent. Use the result with ``torch.func.functional_call``.
    """
    weights = dict(discriminator.named_parameters())
    for _ in range(steps):
        now = weights
        lost = loss(lambda points, now=now: torch.func.functional_call(discriminator, now, (points,)))
        slopes = torch.autograd.grad(lost, list(now.values()), create_graph=True)
        weights = {k: w - rate * s for (k, w), s in zip(now.items(), slopes, strict=True)}
    return weights


def step_of_size(network: nn.Module, loss: Tensor, size: float) -> None:
    """One step down a scalar loss, in place, in which each weight tensor moves by ``size`` (root mean square)."""
    weights = list(network.parameters())
    slopes = torch.autograd.grad(loss, weights)
    with torch.no_grad():
        for weight, slope in zip(weights, slopes, strict=True):
            weight.sub_(slope * (size / (slope.square().mean().sqrt() + 1e-8)))


@torch.no_grad()
def gradient_norm(parameters: Iterable[nn.Parameter]) -> float:
    """The length of all gradients taken as one vector; 0.0 where there are none."""
    found = [p.grad for p in parameters if p.grad is not None]
    return float(norm_of_all(found)) if found else 0.0
