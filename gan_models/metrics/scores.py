"""How good is a set of generated pictures? Pure maths on features and class probabilities; no network in sight.

Features are rows: (N, D) floats of any network that turns a picture into a vector. Numbers are comparable only
between sets measured in the features of the same network, and with the same number of pictures.
"""

import torch
from torch import Tensor


def moments(features: Tensor) -> tuple[Tensor, Tensor]:
    """Mean (D,) and unbiased covariance (D, D) of features (N, D), in double precision.

    Raises:
        ValueError: fewer than two rows, of which no covariance exists.
    """
    if features.ndim != 2 or len(features) < 2:
        raise ValueError(f"need features (N, D) with N of at least 2, got {tuple(features.shape)}")
    rows = features.detach().double()
    return rows.mean(0), torch.cov(rows.T).reshape(rows.shape[1], rows.shape[1])


def frechet_between(mean_a: Tensor, cov_a: Tensor, mean_b: Tensor, cov_b: Tensor) -> float:
    """Squared Frechet (2-Wasserstein) distance of two Gaussians: |m_a - m_b|^2 + tr(A + B - 2 (A B)^(1/2)).

    Dowson and Landau (1982). The trace of the root is the sum of the roots of the eigenvalues of A^(1/2) B A^(1/2),
    which is symmetric: no complex numbers arise, and singular covariances are no trouble.
    """
    values, vectors = torch.linalg.eigh(cov_a)
    root_a = vectors * values.clamp_min(0).sqrt() @ vectors.T
    shared = torch.linalg.eigvalsh(root_a @ cov_b @ root_a).clamp_min(0).sqrt().sum()
    distance = (mean_a - mean_b).square().sum() + cov_a.trace() + cov_b.trace() - 2 * shared
    return max(0.0, distance.item())


def frechet_distance(features_a: Tensor, features_b: Tensor) -> float:
    """Frechet distance of two sets of features, (N, D) and (M, D); 0 is best.

    Heusel et al. (2017) take Inception-v3's features and call it FID; with any other network it is another scale.
    Small sets are biased upwards: give both at least a few times D rows.
    """
    return frechet_between(*moments(features_a), *moments(features_b))


def kernel_distance(features_a: Tensor, features_b: Tensor) -> float:
    """Unbiased squared maximum mean discrepancy with the kernel (x.y / D + 1)^3, of (N, D) and (M, D).

    Binkowski et al. (2018), KID. Unbiased at any size, so equal sets scatter around 0 and may fall below it.

    Raises:
        ValueError: a set has fewer than two rows.
    """
    if min(len(features_a), len(features_b)) < 2:
        raise ValueError("need at least two rows in each set")
    a, b = features_a.detach().double(), features_b.detach().double()
    n, m, dim = len(a), len(b), a.shape[1]

    def kernel(x: Tensor, y: Tensor) -> Tensor:
        return (x @ y.T / dim + 1) ** 3

    aa, bb = kernel(a, a), kernel(b, b)
    within_a = (aa.sum() - aa.trace()) / (n * (n - 1))
    within_b = (bb.sum() - bb.trace()) / (m * (m - 1))
    return (within_a + within_b - 2 * kernel(a, b).mean()).item()


def inception_score(probabilities: Tensor) -> float:
    """exp of the mean KL divergence from each picture's class probabilities to their average.

    Salimans et al. (2016). (N, C) rows that sum to one; between 1 (unsure, or always the same class) and C (sure
    of each, and all classes equally often). It never looks at a real picture. With a network other than Inception it
    is another scale.

    Raises:
        ValueError: the rows are not probabilities.
    """
    p = probabilities.detach().double()
    if p.ndim != 2 or not len(p) or (p < 0).any() or (p.sum(1) - 1).abs().max() > 1e-3:
        raise ValueError("need class probabilities (N, C) whose rows sum to one")
    average = p.mean(0, keepdim=True)
    divergence = (torch.xlogy(p, p) - torch.xlogy(p, average.clamp_min(1e-300))).sum(1)
    return divergence.mean().exp().item()
