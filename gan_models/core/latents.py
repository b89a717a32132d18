"""Points and directions in latent space: seeded noise, interpolation, directions that change one measured thing."""

import math

import torch
from torch import Tensor

from gan_models.core.values import read_quantity, read_seed

STYLE_LIMIT = 3.0  # standard deviations at either end of a slider


def slider(value: object) -> float:
    """A slider's value in standard deviations, brought into [-3, 3]; BadRequest for what is no number."""
    return read_quantity(value, -STYLE_LIMIT, STYLE_LIMIT, "A slider")


def seeded_noise(seeds: list[int], dim: int) -> Tensor:
    """One standard normal vector for each seed, (N, dim) float32 on the CPU; the same seed gives the same vector."""
    rows = [torch.randn(dim, generator=torch.Generator().manual_seed(read_seed(s))) for s in seeds]
    return torch.stack(rows) if rows else torch.empty(0, dim)


def slerp(a: Tensor, b: Tensor, t: Tensor) -> Tensor:
    """From a (D,) to b (D,) along the great circle, at each of t (T,) in [0, 1]: (T, D).

    White (2016), "Sampling Generative Networks": Gaussian vectors lie near a sphere, and the straight line between
    two of them leaves it.
    """
    cosine = torch.dot(a / a.norm(), b / b.norm()).clamp(-1, 1)
    angle = torch.acos(cosine)
    t = t[:, None].to(a.dtype)
    if angle < 1e-4 or angle > math.pi - 1e-4:
        return a + t * (b - a)
    return (torch.sin((1 - t) * angle) * a + torch.sin(t * angle) * b) / torch.sin(angle)


def regression_directions(z: Tensor, measured: Tensor) -> Tensor:
    """Unit directions in latent space along which each measured quantity grows fastest, made orthogonal in order.

    z (N, D) standard normal and measured (N, K) to (K, D). For Gaussian z the least-squares gradient is the
    covariance of z with the quantity; Gram-Schmidt then takes from each direction what earlier ones explain already.
    The idea is that of InterFaceGAN (Shen et al., 2020), with a regression in place of a classifier's boundary.
    """
    standard = (measured - measured.mean(0)) / measured.std(0).clamp_min(1e-8)
    gradients = (z - z.mean(0)).T @ standard / len(z)
    return orthogonal(gradients.T)


def separate_directions(z: Tensor, measured: Tensor) -> Tensor:
    """Unit directions (K, D) each of which moves one of the quantities (N, K) and, to first order, none of the others.

    Least-squares gradients as in :func:`regression_directions`, but nobody comes first: each loses its part in the span
    of all the others (Shen et al., 2020, call it conditional manipulation). They need not be orthogonal.
    """
    standard = (measured - measured.mean(0)) / measured.std(0).clamp_min(1e-8)
    gradients = torch.linalg.lstsq(z - z.mean(0), standard).solution.T
    return torch.nn.functional.normalize(torch.linalg.pinv(gradients).T, dim=1)


def principal_direction(z: Tensor, responses: Tensor, known: Tensor) -> Tensor:
    """The latent direction (D,) that moves the responses most and is orthogonal to the ``known`` ones (K, D).

    responses (N, F) is what the generator makes of z (N, D), any way it is measured. The linear map from z to the
    responses is fitted by least squares; its strongest right-singular vector outside ``known`` is the answer.
    In the spirit of GANSpace (Härkönen et al., 2020), which takes principal components without labels.
    """
    jacobian = (responses - responses.mean(0)).T @ (z - z.mean(0)) / len(z)
    free = jacobian - jacobian @ known.T @ known
    return torch.linalg.svd(free, full_matrices=False).Vh[0]


def closed_form_directions(weights: list[Tensor], count: int) -> Tensor:
    """Orthogonal unit directions (count, D) that layers (F, D) which read the noise magnify most, strongest first.

    Shen and Zhou (2021), "Closed-Form Factorization of Latent Semantics in GANs": nothing is drawn. Signs are fixed:
    the largest entry is positive.
    """
    found = torch.linalg.eigh(sum(w.double().T @ w.double() for w in weights)).eigenvectors.T.flip(0)[:count].float()
    return found * found.gather(1, found.abs().argmax(1, keepdim=True)).sign()


def orthogonal(directions: Tensor) -> Tensor:
    """Rows (K, D) to unit rows, each orthogonal to those before it; signs stay."""
    done: list[Tensor] = []
    for row in directions:
        for other in done:
            row = row - (row @ other) * other
        done.append(row / row.norm().clamp_min(1e-12))
    return torch.stack(done)


def move(z: Tensor, directions: Tensor, amounts: Tensor) -> Tensor:
    """z (N, D) moved along unit directions (K, D) by amounts (K,), then kept within the shell where noise lives.

    Amounts are in standard deviations of the noise. The norm of a D-dimensional normal vector is close to sqrt(D);
    a vector that leaves 1.15 times that is pulled back along its own ray.
    """
    moved = z + amounts @ directions
    limit = 1.15 * math.sqrt(z.shape[1])
    return moved * (limit / moved.norm(dim=1, keepdim=True)).clamp(max=1)
