"""What a translator overlooks: black animals are seen brighter, far ones larger; nothing else costs another pass."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from gan_models.core.store import Located
from gan_models.cyclegan.probe import NEITHER
from gan_models.cyclegan.second_look import look_again
from gan_models.cyclegan.translator import Translator


class Shy(nn.Module):
    """Whitens what is redder than blue, if it is bright enough and ``wide`` enough for it."""

    light = True

    def __init__(self, wide: int = 1):
        super().__init__()
        self.wide, self.passes = wide, 0

    def propose(self, pictures):
        self.passes += 1
        red = ((pictures[:, :1] - pictures[:, 2:] > 0.1) & (pictures[:, :1] > -0.6)).float()
        least = -nn.functional.max_pool2d(-red, self.wide, 1, self.wide // 2)
        mask = nn.functional.max_pool2d(least, self.wide, 1, self.wide // 2)
        return pictures + mask * (0.9 - pictures), mask

    def forward(self, pictures):
        return self.propose(pictures)[0]


def scene(side: int, coat: float, ground: float = 0.0) -> torch.Tensor:
    """A square of a coat on the ground: (1, 3, 128, 128)."""
    page = torch.full((1, 3, 128, 128), ground)
    page[..., 30 : 30 + side, 20 : 20 + side] = torch.tensor([coat, coat, -1.0])[:, None, None]
    return page


def change(generator: Shy, picture: torch.Tensor, animal: bool = True) -> torch.Tensor:
    return look_again(lambda run, *inputs: run(generator, *inputs), picture, lambda: animal)


def test_what_is_found_costs_one_pass():
    generator, picture = Shy(), scene(60, 0.2)
    assert torch.equal(change(generator, picture), generator(picture) - picture)
    assert generator.passes == 2  # one of them this test's own


def test_a_black_animal_is_seen_brighter_and_its_shade_stays():
    generator, picture = Shy(), scene(36, -0.8)
    made = change(generator, picture, animal=False)
    coat = picture[:, :1] < -0.5
    assert generator.passes == 2
    assert not made[:, :, :20].any() and not made[..., 70:].any(), "beside it nothing changes"
    assert (made * coat)[..., 40:56, 30:46].min() > 0.5 * 1.7
    assert (picture + made).max() < 0.9, "what was made of the brighter picture is made as dark again"


def test_a_far_animal_is_seen_larger_where_one_may_be():
    generator, picture = Shy(wide=11), scene(10, 0.2)
    assert not change(generator, picture, animal=False).any() and generator.passes == 1
    made = change(generator, picture)
    assert generator.passes == 1 + 1 + 4
    assert made[..., 33:37, 23:27].min() > 0.5
    assert made.abs().mean() < 2 * 100 / 128**2, "and nothing but it"


@pytest.mark.parametrize(("kind", "once", "passes"), [("zebra", False, 5), ("zebra", True, 1), ("horse", False, 1)])
def test_pictures_are_looked_at_again_and_films_are_not(monkeypatch, kind, once, passes):
    """``once`` is for films; towards a horse nothing is looked at again; and where there is no animal, nothing is."""
    generators = {"horse": Shy(wide=21), "zebra": Shy(wide=21)}
    translator = Translator(generators, {}, torch.device("cpu"), Located(None, "own"))
    generators[kind].passes = 0
    page = Image.fromarray(((scene(10, 0.2)[0].permute(1, 2, 0).numpy() + 1) * 127.5).astype(np.uint8))
    seen = translator.see(page.resize((256, 256), Image.Resampling.NEAREST))
    direction = "horse_to_zebra" if kind == "zebra" else "zebra_to_horse"
    made = translator.propose(seen, direction, once)
    assert generators[kind].passes == passes and made.change.any() == (passes > 1)
    monkeypatch.setattr(translator, "guess", lambda seen: SimpleNamespace(verdict=NEITHER))
    assert not translator.propose(seen, direction).change.any()
