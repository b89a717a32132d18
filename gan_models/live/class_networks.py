"""Networks that know kinds of picture beyond being told them: one names the kind, one discovers kinds."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.data.mnist import CLASSES
from gan_models.live.networks import SmallDCDiscriminator, SmallDCGenerator

SLIDERS = 2


class NamingDiscriminator(SmallDCDiscriminator):
    """Judges a picture without being told its kind, and names it (AC-GAN; Odena et al., 2017)."""

    def __init__(self, width: int = 32):
        super().__init__(width, labels=False)
        self.to_class = nn.Linear(4 * width, CLASSES)


class CodeGenerator(SmallDCGenerator):
    """z (N, 16), one of ten codes and two sliders to pictures (N, 1, 28, 28) in [-1, 1] (InfoGAN; Chen et al., 2016).

    Nobody tells it what a code or a slider means.
    """

    def __init__(self):
        super().__init__(z_dim=16, more=SLIDERS)

    def tell(self, codes: Tensor) -> tuple[Tensor, ...]:
        """Codes (N,) as whole numbers, or (N, 3) with the sliders in [-1, 1] beside them; without, sliders are 0."""
        if codes.ndim == 1:
            codes = F.pad(codes.float().unsqueeze(1), (0, SLIDERS))
        return 2.0 * F.one_hot(codes[:, 0].long(), CLASSES), 1.5 * codes[:, 1:]


class CodeDiscriminator(SmallDCDiscriminator):
    """Judges a picture, and reads code and sliders from it: the network Q of InfoGAN, on the discriminator's features.

    Q places a picture on a sphere; five rival divisions of that sphere into ten codes learn, and ``chosen`` is the one
    that counts.
    """

    RIVALS, PLACE, SHARPNESS, HASTE = 5, 32, 10.0, 5.0

    def __init__(self, width: int = 32):
        super().__init__(width, labels=False)
        self.to_place = nn.Linear(4 * width, self.PLACE)
        self.divisions = nn.ModuleList(nn.Linear(self.PLACE, CLASSES) for _ in range(self.RIVALS))
        self.to_sliders = nn.Linear(4 * width, SLIDERS)
        self.chosen = 0

    def place(self, features: Tensor) -> Tensor:
        """Features (N, 128) to unit vectors (N, 32)."""
        return F.normalize(self.to_place(features), dim=1)

    def codes(self, places: Tensor, rival: int | None = None) -> Tensor:
        """Places (N, 32) to logits (N, 10) of the codes, as the chosen division or a rival sees them."""
        return self.divisions[self.chosen if rival is None else rival](self.SHARPNESS * places)

    @property
    def hasty(self) -> nn.Module:
        """The divisions: they have little to learn, and the generator waits for it."""
        return self.divisions


def code_table(codes: Tensor, read: Tensor) -> tuple[list[tuple[int, float]], float]:
    """Which kind each code became: the commonest one and its share of the code's pictures; and the purity of all.

    Codes (N,) and what a classifier read in the pictures (N,), both whole numbers from 0 to 9. The purity is the share
    of pictures that show the commonest kind of their code.
    """
    counts = torch.zeros(CLASSES, CLASSES).index_put_((codes, read), torch.ones(len(codes)), accumulate=True)
    most, kind = counts.max(1)
    shares = most / counts.sum(1).clamp_min(1)
    return [(int(k), float(s)) for k, s in zip(kind, shares, strict=True)], float(most.sum() / len(codes))
