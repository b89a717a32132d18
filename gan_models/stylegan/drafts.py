"""Which of a seed's drafts to paint: rejection sampling in latent space.

A strict reader finds a flaw in a third of our generator's faces, most often in eyes, hair or outline. Discriminator
rejection sampling (Azadi et al., 2019) paints many and keeps what a discriminator believes; a network that reads latent
vectors instead spares the painting (Issenhuth et al., 2022, "Latent reweighting, an almost free improvement for GANs").
So does this one: a seed stands for several style vectors, and only the one that is likeliest to turn out well is
painted, after a short step up the slope of that likelihood (Ansari et al., 2021, "Refining deep generative models via
discriminator gradient flow", refine latent vectors in the same manner).
:mod:`gan_models.stylegan.fit_drafts` fits it to what readers said.
"""

import torch
from torch import Tensor, nn

from gan_models.stylegan.networks import W_DIM

DRAFTS = 16  # of a seed
STEPS = 1  # each a standard deviation of one style number long; two seeds lie sixteen of them apart


class DraftReader(nn.Module):
    """How well the face of a style vector will turn out, in standard deviations over seeds.

    Args:
        w_dim: length of a style vector.
        width: of the first of two hidden layers.
    """

    def __init__(self, w_dim: int = W_DIM, width: int = 96):
        super().__init__()
        self.register_buffer("mean", torch.zeros(w_dim))
        self.register_buffer("std", torch.ones(w_dim))
        self.layers = nn.Sequential(
            nn.Linear(w_dim, width), nn.GELU(), nn.Dropout(0.1), nn.Linear(width, width // 3), nn.GELU(),
            nn.Linear(width // 3, 1),
        )  # fmt: skip

    def forward(self, w: Tensor) -> Tensor:
        """Style vectors (N, w_dim), before truncation, to (N,)."""
        return self.layers((w - self.mean) / self.std).flatten()

    def raised(self, w: Tensor, steps: int = STEPS) -> Tensor:
        """Style vectors (N, w_dim) some steps up the slope of what this network says of them."""
        with torch.inference_mode(False), torch.enable_grad():
            x = (w.clone() - self.mean) / self.std
            for _ in range(steps):
                x.requires_grad_(True)
                (slope,) = torch.autograd.grad(self.layers(x).sum(), x)
                x = x.detach() + torch.nn.functional.normalize(slope, dim=1)
        return x * self.std + self.mean
