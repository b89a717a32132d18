"""Which pictures a generator is spared."""

import torch
import torch.nn.functional as F

from gan_models.training.selection import kept, select_pictures, sharpness, typicality


def pictures() -> torch.Tensor:
    """Eighty noisy grey pictures (80, 3, 64, 64) uint8; 3 and 17 are blurred, 8 and 30 are of a colour of their own."""
    random = torch.Generator().manual_seed(0)
    pages = torch.randint(100, 156, (80, 1, 64, 64), generator=random).float()
    pages = pages.expand(-1, 3, -1, -1) + torch.randint(-9, 10, (80, 3, 1, 1), generator=random)
    for k in (3, 17):
        pages[k] = F.avg_pool2d(pages[k : k + 1], 5, stride=1, padding=2, count_include_pad=False)[0]
    pages[8, 0] += 90
    pages[30, 2] -= 90
    return pages.clamp(0, 255).byte()


def test_the_blurred_and_the_odd_are_left_out(capsys):
    found = select_pictures(pictures(), lambda page: [page], 0.025)
    assert sorted(set(range(80)) - set(found.tolist())) == [3, 8, 17, 30]
    assert "76 of 80" in capsys.readouterr().out
    assert len(select_pictures(pictures(), lambda page: [page], 0.0)) == 80


def test_measures_by_hand():
    assert sharpness(torch.full((1, 3, 12, 12), 90, dtype=torch.uint8)) == 0
    board = (torch.arange(12)[:, None] + torch.arange(12)) % 2 * 10  # each neighbour differs by ten: 4 * 10
    assert sharpness(board.byte().expand(1, 3, 12, 12)) == 40
    line = torch.tensor([[-1.0], [1], [-1], [1], [6], [-6]])
    assert typicality(line).argsort()[:2].sort().values.tolist() == [4, 5]
    assert kept(torch.tensor([5.0, 1, 3, 4]), torch.tensor([0.0, 9, 9, 9]), leave_out=0.25).tolist() == [2, 3]
