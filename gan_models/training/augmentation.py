"""What is done to real and made pictures alike, so that a discriminator does not learn few pictures by heart."""

import torch
import torch.nn.functional as F
from torch import Tensor


def shift(pictures: Tensor) -> Tensor:
    """Pictures (N, C, H, W), each moved by up to an eighth of its side, edges mirrored (Zhao et al., 2020)."""
    n, _, side, _ = pictures.shape
    far = side // 8
    padded = F.pad(pictures, [far] * 4, mode="reflect")
    down, right = torch.randint(2 * far + 1, (2, n), device=pictures.device)
    rows = down[:, None] + torch.arange(side, device=pictures.device)
    columns = right[:, None] + torch.arange(side, device=pictures.device)
    which = torch.arange(n, device=pictures.device)[:, None, None]
    moved = padded.permute(0, 2, 3, 1)[which, rows[:, :, None], columns[:, None, :]]
    return moved.permute(0, 3, 1, 2)


def augment(share: float | Tensor, *batches: Tensor) -> list[Tensor]:
    """Batches (N, C, H, W) in [-1, 1] of other light, colour, contrast and place, and with a square cut out.

    DiffAugment (Zhao et al., 2020), each of the five done to a picture with probability ``share``: below about 0.8 the
    generator does not learn to make them (Karras et al., 2020, "ADA"). Picture k of every batch is treated alike.
    """
    n, _, height, width = batches[0].shape
    device = batches[0].device

    def number(low: float, high: float, without: float) -> Tensor:
        """One (N, 1, 1, 1) for each picture, and ``without`` for those that are spared."""
        drawn = torch.rand(n, 1, 1, 1, device=device) * (high - low) + low
        return torch.where(torch.rand(n, 1, 1, 1, device=device) < share, drawn, without)

    def whole(move: Tensor, pixels: int) -> Tensor:
        """A move, 2 being the whole side, of whole pixels: between them a picture would be blurred."""
        return (move * pixels / 2).round() * 2 / pixels

    light, colour, contrast = number(-0.5, 0.5, 0.0), number(0.0, 2.0, 1.0), number(0.5, 1.5, 1.0)
    moved = torch.stack([whole(number(-0.25, 0.25, 0.0), width), whole(number(-0.25, 0.25, 0.0), height)], -1)[:, 0]
    rows, columns = (torch.linspace(1 / k - 1, 1 - 1 / k, k, device=device) for k in (height, width))
    grid = torch.stack([columns.expand(height, -1), rows[:, None].expand(-1, width)], -1) + moved
    middle = torch.rand(2, n, 1, 1, device=device) * 2 - 1
    spared = torch.rand(n, 1, 1, device=device) >= share
    kept = ((columns - middle[0]).abs() > 0.5) | ((rows[:, None] - middle[1]).abs() > 0.5) | spared

    def changed(x: Tensor) -> Tensor:
        x = x + light
        grey = x.mean(1, keepdim=True)
        x = grey + (x - grey) * colour
        mean = x.mean((1, 2, 3), keepdim=True)
        x = mean + (x - mean) * contrast
        return F.grid_sample(x, grid, align_corners=False) * kept[:, None]

    return [changed(batch) for batch in batches]
