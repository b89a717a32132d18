"""Where in a picture the animal is, learned without a single outline.

A classifier that knows ImageNet says of each cell of its last layer how much it looks like a mammal (class activation;
Zhou et al., 2016). It sees heads better than flanks, so a logistic regression on its inner features learns from its
surest cells, and from pictures without any animal, and speaks for the others. Training asks it where a translator may
change something and where the coat is; nothing of it ships.
"""

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.core.squeezenet import SqueezeNetFeatures, load_squeezenet, squeezenet_state

MAMMALS = slice(151, 389)  # of ImageNet's classes: from Chihuahua to giant panda
SIDE = 368  # pixels at which a picture is looked at: 22 x 22 cells
TAPS = (7, 12)
SURE, SURE_NOT = 0.55, 0.15  # belief in a mammal from which on, and up to which, a cell teaches
FAR = 4.0  # standard deviations beyond which a feature counts no more
MOST = 250  # pictures of a kind that teach


class AnimalFinder(nn.Module):
    """Pictures (N, 3, H, W) in [-1, 1] to the chance that each cell shows a horse or a zebra: (N, 1, 22, 22).

    Args:
        path: SqueezeNet 1.1 with its classifier, as safetensors; else torchvision fetches it.
    """

    def __init__(self, path: Path | None):
        super().__init__()
        self.extractor: SqueezeNetFeatures = load_squeezenet(path)
        state = squeezenet_state(path)
        self.classifier = nn.Conv2d(512, 1000, 1).requires_grad_(False)
        self.classifier.load_state_dict({k: state[f"classifier.1.{k}"] for k in ("weight", "bias")})
        self.register_buffer("mean", torch.zeros(1, 768, 1, 1))
        self.register_buffer("scale", torch.ones(1, 768, 1, 1))
        self.linear = nn.Conv2d(768, 1, 1)
        nn.init.zeros_(self.linear.weight)

    def see(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Inner features (N, 768, 22, 22), and the classifier's belief in any mammal (N, 1, 22, 22)."""
        pictures = F.interpolate(pictures, size=(SIDE, SIDE), mode="bilinear", antialias=True, align_corners=False)
        fine, coarse = self.extractor(pictures, TAPS)
        mammal = self.classifier(coarse).softmax(1)[:, MAMMALS].sum(1, keepdim=True)
        return torch.cat([F.adaptive_avg_pool2d(fine, coarse.shape[-2:]), coarse], 1), mammal

    def forward(self, pictures: Tensor) -> Tensor:
        """(N, 3, H, W) to (N, 1, 22, 22)."""
        return torch.sigmoid(self.linear(((self.see(pictures)[0] - self.mean) / self.scale).clamp(-FAR, FAR)))

    def fit(self, kinds: list[Tensor], negatives: Tensor, rounds: int = 300) -> "AnimalFinder":
        """Learn from pictures with an animal and from ``negatives`` without: each (N, 3, S, S) uint8, on the device."""
        seen = [self._see_all(pictures[:: -(-len(pictures) // MOST)]) for pictures in (*kinds, negatives)]
        features, mammal = (torch.cat(parts) for parts in zip(*seen, strict=True))
        without = len(seen[-1][0])
        mammal = F.avg_pool2d(mammal, 3, 1, 1, count_include_pad=False)
        wanted, counts = mammal > SURE, (mammal > SURE) | (mammal < SURE_NOT)
        wanted[-without:], counts[-without:] = False, True
        self.mean = features.mean((0, 2, 3), keepdim=True, dtype=torch.float32)
        self.scale = features[::4].float().std((0, 2, 3), keepdim=True) + 1e-6
        rows, wanted, counts = (t.permute(0, 2, 3, 1).flatten(0, 2) for t in (features, wanted, counts))
        descent = torch.optim.Adam(self.linear.parameters(), 1e-2)
        for _ in range(rounds):
            some = torch.randint(len(rows), (min(4096, len(rows)),), device=rows.device)
            known = ((rows[some].float() - self.mean.flatten()) / self.scale.flatten()).clamp(-FAR, FAR)
            logits = F.linear(known, self.linear.weight.flatten(1), self.linear.bias).flatten()
            loss = F.binary_cross_entropy_with_logits(logits, wanted[some, 0].float(), counts[some, 0].float())
            loss = loss + 2e-3 * self.linear.weight.square().sum()
            descent.zero_grad()
            loss.backward()
            descent.step()
        return self.eval().requires_grad_(False)

    @torch.no_grad()
    def _see_all(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """:meth:`see` of uint8 pictures, a page at a time; the features in 16 bits."""
        seen = [self.see(page.float().div(127.5).sub(1)) for page in pictures.split(16)]
        return torch.cat([features.half() for features, _ in seen]), torch.cat([mammal for _, mammal in seen])

    @torch.no_grad()
    def mark(self, pictures: Tensor) -> Tensor:
        """Pictures (N, 3, S, S) uint8 with a fourth channel, the chance of an animal from 0 to 255: (N, 4, S, S)."""
        marked = []
        for page in pictures.split(16):
            chance = F.interpolate(self(page.float().div(127.5).sub(1)), size=page.shape[-2:], mode="bilinear")
            marked.append(torch.cat([page, chance.mul(255).round().to(torch.uint8)], 1))
        return torch.cat(marked)


@torch.no_grad()
def pale_more(marked: Tensor, times: float) -> Tensor:
    """How often to draw each of the marked pictures (N, 4, S, S) uint8: (N,) float32.

    The third whose animals have the least colour, which are white, grey and black ones, ``times`` as often as the rest.
    """
    colour = []
    for page in marked.split(64):
        pixels, where = page[:, :3].float(), page[:, 3].float().square()
        spread = pixels.amax(1) - pixels.amin(1)
        colour.append((spread * where).sum((1, 2)) / where.sum((1, 2)).clamp_min(1))
    found = torch.cat(colour)
    return torch.where(found < found.quantile(1 / 3), times, 1.0)


def unrest(change: Tensor, mask: Tensor, where: Tensor | float = 1.0) -> Tensor:
    """What a change (N, 3, H, W) and its mask (N, 1, H, W) come to where nothing should change, ``where`` in [0, 1]."""
    return ((change.abs().mean(1, keepdim=True) + 0.1 * mask.float()) * where).mean()


def coat_contrast(pictures: Tensor, animal: Tensor) -> tuple[Tensor, Tensor]:
    """How strongly light and dark alternate on the animals of pictures (N, 3, H, W), marked in ``animal`` (N, 1, H, W).

    The standard deviation of brightness within windows of 15 pixels, averaged over the animal: (N,). And how much that
    says, (N,) from 0 to 1: nothing where there is no animal.
    """
    light = pictures.float().mean(1, keepdim=True)
    mean, square, weight = (F.avg_pool2d(x, 15, 5) for x in (light, light.square(), animal.float().square()))
    deviation = (square - mean.square()).clamp_min(1e-6).sqrt()
    return (deviation * weight).sum((1, 2, 3)) / weight.sum((1, 2, 3)).clamp_min(1e-3), (
        weight.mean((1, 2, 3)) * 20
    ).clamp(max=1)


def coat_tint(pictures: Tensor, animal: Tensor) -> Tensor:
    """How much redder than green, and greener than blue, the animals of all pictures (N, 3, H, W) are: (2,)."""
    red, green, blue = pictures.float().unbind(1)
    weight = animal.float().square()[:, 0]
    apart = torch.stack([red - green, green - blue])
    return (apart * weight).sum((1, 2, 3)) / weight.sum().clamp_min(1)


def coat_price(
    striped: bool, made: Tensor, animal: Tensor, real: Tensor, real_animal: Tensor, tint: float = 0.0
) -> Tensor:
    """What made coats pay for not being like real ones; pictures (N, 3, H, W), animals (N, 1, H, W) in [0, 1].

    Striped coats for having less contrast or more, plain ones for having more; ``tint`` times what a mean of striped
    ones is off in colour.
    """
    found, counts = coat_contrast(made, animal)
    known, weights = coat_contrast(real, real_animal)
    wanted = (known * weights).sum() / weights.sum().clamp_min(1e-3)
    off = F.relu(found - 1.05 * wanted)
    if not striped:
        return (off * counts).mean()
    price = ((off + F.relu(0.95 * wanted - found)) * counts).mean()
    if tint:
        shift = coat_tint(made, animal) - coat_tint(real, real_animal).detach()
        price = price + tint * F.relu(shift.abs() - 0.03).sum()
    return price
