"""What a GAN that makes pictures wants beside being taken for real: nothing, their kinds named, or its codes read."""

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from gan_models.data.mnist import CLASSES, to_signed
from gan_models.live.class_networks import SLIDERS, CodeDiscriminator, NamingDiscriminator, code_table
from gan_models.live.invariance import bend, contrast, shared_information


class Objective:
    """Only the game itself; both networks are told the kind where they know labels.

    Attributes:
        named_real, named_fake: how surely pictures were last named, 0 to 1; NaN where nothing is named.
        sliders: how many continuous codes the generator takes.
        watched: whether the numbers of this step are wanted.
    """

    sliders = 0

    def __init__(self, discriminator: Any, random: torch.Generator):
        self.discriminator, self.random = discriminator, random
        self.named_real = self.named_fake = math.nan
        self.watched = False

    def fixed(self, count: int) -> Tensor:
        """What the generator is told for ``count`` pictures that are looked at again and again."""
        return torch.arange(count) % CLASSES

    def told(self, kinds: Tensor) -> Tensor:
        """What the generator is told in a step of training whose real kinds (N,) these are."""
        return kinds

    def for_discriminator(self, real: Tensor, fake: Tensor, kinds: Tensor, told: Tensor) -> Tensor | float:
        """What is added to its loss: features (N, D) of both, the real kinds (N,), and what the generator was told."""
        return 0.0

    def for_generator(self, fake: Tensor, told: Tensor) -> Tensor | float:
        """What is added to its loss: features (N, D) of its pictures, and what it was told."""
        return 0.0

    def report(self, told: Tensor, read: Tensor) -> dict:
        """What a page is told of it: from what pictures were made (N, ...), and the kind read in each (N,)."""
        return {}

    def before(self, images: Tensor, step: int) -> Tensor | float:
        """What the discriminator also learns in a step, from all real pictures (M, 28, 28) uint8."""
        return 0.0


class Naming(Objective):
    """AC-GAN: the discriminator names the kind of real and of generated pictures (Odena et al., 2017, section 4)."""

    discriminator: NamingDiscriminator

    def for_discriminator(self, real: Tensor, fake: Tensor, kinds: Tensor, told: Tensor) -> Tensor:
        """Cross-entropy of the kinds of both."""
        on_real, on_fake = self.discriminator.to_class(real), self.discriminator.to_class(fake)
        if self.watched:
            self.named_real, self.named_fake = sureness(on_real, kinds), sureness(on_fake, told)
        return F.cross_entropy(on_real, kinds) + F.cross_entropy(on_fake, told)

    def for_generator(self, fake: Tensor, told: Tensor) -> Tensor:
        """Cross-entropy of the kinds that it was asked for."""
        return F.cross_entropy(self.discriminator.to_class(fake), told)


class Discovering(Objective):
    """InfoGAN: pictures must tell which code and sliders they were made from (Chen et al., 2016, equations 5 and 6).

    Left alone with that, a small net lets codes mean slant or width as gladly as digits. So Q first looks for ten kinds
    among real pictures, by their views (:mod:`gan_models.live.invariance`); no label is used. Of five divisions the one
    that tells most is chosen, and from then on it must read the generator's codes. Q hardly learns the codes from
    generated pictures, which at first show nothing: it would learn to read codes in fog.
    """

    discriminator: CodeDiscriminator
    sliders = SLIDERS
    LOOKING = 300  # steps until a division is chosen
    VIEWED = 96
    FROM_FAKES, SLIDER = 0.05, 0.1

    def __init__(self, discriminator: Any, random: torch.Generator):
        super().__init__(discriminator, random)
        self.found = [0.0] * CodeDiscriminator.RIVALS  # what each division tells, averaged over steps
        self.looking = True

    def fixed(self, count: int) -> Tensor:
        """Codes in turn, and any sliders: (count, 3)."""
        return self._with_sliders(torch.arange(count) % CLASSES)

    def told(self, kinds: Tensor) -> Tensor:
        """Any codes and sliders (N, 3); the kinds are not looked at."""
        return self._with_sliders(torch.randint(CLASSES, kinds.shape, generator=self.random)).to(kinds.device)

    def _with_sliders(self, codes: Tensor) -> Tensor:
        sliders = torch.rand(len(codes), SLIDERS, generator=self.random) * 2 - 1
        return torch.cat([codes.unsqueeze(1).float(), sliders], 1)

    def before(self, images: Tensor, step: int) -> Tensor | float:
        """Views of real pictures: all the time at first, later every second step."""
        self.looking = step < self.LOOKING
        if not self.looking and step % 2:
            return 0.0
        q = self.discriminator
        pick = torch.randint(len(images), (self.VIEWED,), generator=self.random)
        real = to_signed(images[pick])
        views = torch.cat([bend(real, self.random), bend(real, self.random)]).to(next(q.parameters()).device)
        places = q.place(q.features(views))
        rivals = range(q.RIVALS) if self.looking else [q.chosen]
        tells = [shared_information(*q.codes(places, rival).softmax(1).chunk(2)) for rival in rivals]
        if self.looking:
            self.found = [0.98 * old + 0.02 * new.item() for old, new in zip(self.found, tells, strict=True)]
            q.chosen = self.found.index(max(self.found))
        return contrast(places) - sum(tells) / len(tells)

    def for_discriminator(self, real: Tensor, fake: Tensor, kinds: Tensor, told: Tensor) -> Tensor | float:
        """Q learns to read the sliders, and a little of the codes."""
        if self.looking:
            return 0.0
        q, code = self.discriminator, told[:, 0].long()
        logits = q.codes(q.place(fake))
        if self.watched:
            with torch.no_grad():
                self.named_real = q.codes(q.place(real)).softmax(1).amax(1).mean().item()
            self.named_fake = sureness(logits, code)
        sliders = F.mse_loss(q.to_sliders(fake), told[:, 1:])
        return self.FROM_FAKES * F.cross_entropy(logits, code) + self.SLIDER * sliders

    def for_generator(self, fake: Tensor, told: Tensor) -> Tensor | float:
        """Its code and its sliders must be read in its picture."""
        if self.looking:
            return 0.0
        q = self.discriminator
        code = F.cross_entropy(q.codes(q.place(fake)), told[:, 0].long())
        return code + self.SLIDER * F.mse_loss(q.to_sliders(fake), told[:, 1:])

    def report(self, told: Tensor, read: Tensor) -> dict:
        """Which kind each code became, ``codes``, and the ``purity``: see :func:`code_table`."""
        codes, purity = code_table(told[:, 0].long().cpu(), read)
        return {"codes": codes, "purity": purity, "looking": self.looking}


@torch.no_grad()
def sureness(logits: Tensor, right: Tensor) -> float:
    """The mean probability that logits (N, C) give to the right classes (N,)."""
    return logits.softmax(1).gather(1, right.unsqueeze(1)).mean().item()
