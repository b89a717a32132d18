"""Of a seed's drafts the one is painted that will turn out well, and what chooses learns from what readers said."""

import pytest
import torch

from gan_models import load
from gan_models.core import latents
from gan_models.core.errors import BadRequest
from gan_models.core.point import MOST_DRAFTS, Point
from gan_models.core.sampler import Sampler
from gan_models.core.squeezenet import SqueezeNetFeatures
from gan_models.stylegan import fit_drafts, measures
from gan_models.stylegan.drafts import DRAFTS, STEPS, DraftReader
from gan_models.ui.tabs.sample.models import MODELS
from tests.stylegan.untrained import untrained


@pytest.fixture(scope="module")
def styled():
    return load("stylegan", device="cpu", weights="embedded")


def test_the_best_of_so_many_drafts_is_taken_and_steps_are_chosen_too():
    sampler = Sampler(None, 4, prefer=lambda z: int(z[:, 0].argmax()), drafts=DRAFTS)  # likes a large first number
    first = latents.seeded_noise([5], 4)[0]
    assert torch.equal(sampler.noise_of(5, 1), first)
    liked = [sampler.noise_of(5, count)[0] for count in (1, 2, 8, MOST_DRAFTS)]
    assert liked == sorted(liked) and liked[-1] > liked[0]
    assert torch.equal(sampler.noise_of(5), sampler.noise_of(5, DRAFTS))
    assert not torch.equal(sampler.noise_of(5), sampler.noise_of(6))
    assert torch.equal(sampler.noise_of(5 + 2**31), sampler.noise_of(5))
    steps = [[sampler.noise_of(5, count, (3, k))[0].item() for k in range(16)] for count in (1, DRAFTS)]
    assert min(steps[1]) > sum(steps[0]) / 16
    assert torch.equal(Sampler(None, 4).noise_of(5, 8), first)
    with pytest.raises(BadRequest):
        sampler.noise_of("five")


def test_a_point_says_how_many():
    assert Point.read({}).drafts == 0 and Point.read({"drafts": "1"}).drafts == 1
    for wrong in (-1, MOST_DRAFTS + 1, 1.5, "many", True):
        with pytest.raises(BadRequest, match="drafts"):
            Point.read({"drafts": wrong})


def test_without_a_reader_nothing_is_chosen():
    pipeline = untrained()
    assert torch.equal(pipeline.locate([Point(3)]), pipeline.locate([Point(3, drafts=1)]))


def test_mixed_seeds_are_chosen_as_well(styled):
    chosen, first = (styled.locate([Point(3, mix=(4,), drafts=n)])[0] for n in (0, 1))
    assert torch.equal(chosen[0], styled.styles([4])[0, 0]) and torch.equal(
        first[0], styled.styles([4], drafts=1)[0, 0]
    )
    assert not torch.equal(chosen[0], first[0])


def test_chosen_faces_have_better_eyes_and_the_page_says_from_how_many(styled):
    alike = [
        measures.look_at_eyes(styled.pictures([Point(seed, truncation=0.7, drafts=n) for seed in range(100)]))[:, 0]
        for n in (0, 1)
    ]
    better = (alike[0] > alike[1]).float().mean().item()
    print(f"eyes mirror each other better in {better:.0%} of seeds")
    assert better > 0.65 and alike[0].mean() > alike[1].mean() + alike[1].std() / 2
    assert MODELS["stylegan"].drafts == DRAFTS
    assert styled.sample([1], 0.7) != styled.sample([1], 0.7, drafts=1)


def test_marks_are_read():
    readers = fit_drafts.read_marks()
    assert len({seed for seeds, _ in readers for seed in seeds}) == 3600
    assert all(len(seeds) == len(set(seeds)) == len(passed) for seeds, passed in readers)
    assert all(0.3 < passed.mean() < 0.8 and set(passed.tolist()) == {0.0, 1.0} for _, passed in readers)


def test_eyes_that_mirror_each_other_are_alike():
    torch.manual_seed(0)
    half = torch.rand(1, 3, 128, 64) * 2 - 1
    whole = torch.cat([half, half.flip(3)], 3)
    other = torch.cat([half, torch.rand(1, 3, 128, 64) * 2 - 1], 3)
    blurred = torch.cat([half, torch.full_like(half, 0.2)], 3)
    alike, sharp = measures.look_at_eyes(torch.cat([whole, other, blurred])).T
    assert alike[0] == 0 and alike[1] < -0.5
    assert sharp[2] < sharp[0] - 3


def test_faces_eyes_mouths_and_outlines_are_measured():
    torch.manual_seed(0)
    faces = torch.nn.functional.interpolate(torch.rand(40, 3, 16, 16) * 2 - 1, size=128, mode="bicubic").clamp(-1, 1)
    measured = measures.Measures(SqueezeNetFeatures().eval(), faces.split(20))
    most = (40, 80, 40, 80)  # components that so many faces, eyes, mouths and outlines have
    face, eyes, _, sides = (min(count, known) for count, known in zip(measures.COMPONENTS, most, strict=True))
    seen = measured(faces)
    assert len(seen) == 40 and seen.isfinite().all()
    mirrored = measured((faces + faces.flip(3)) / 2)
    for differs in (slice(face + eyes, face + 2 * eyes), slice(face + 2 * eyes + sides, face + 2 * eyes + 2 * sides)):
        assert mirrored[:, differs].mean() < 0.1 * seen[:, differs].mean()


def test_the_best_of_each_few_is_found():
    believed = torch.tensor([0.0, 2, 1, 5, 4, 3, 9])
    assert fit_drafts.best_of(believed, 3).tolist() == [1, 3]


def test_styles_are_raised_up_the_slope():
    torch.manual_seed(0)
    reader = DraftReader(8).eval().requires_grad_(False)
    reader.std.fill_(2.0)
    with torch.inference_mode():  # as the page asks
        w = torch.randn(5, 8)
        raised = reader.raised(w)
        assert (reader(raised) > reader(w)).all()
    assert ((raised - w).norm(dim=1) <= 2 * STEPS + 1e-4).all() and not raised.requires_grad


def test_what_readers_said_is_learned_and_what_they_should_not_heed_is_taken_away():
    torch.manual_seed(0)
    seen, whose = torch.randn(600, 5), torch.nn.functional.one_hot(torch.arange(600) % 2).float()
    known = torch.stack([seen[:, 1] + 0.1 * torch.randn(600), torch.randn(600)], 1)
    verdict = seen[:, 0] + seen[:, 1]
    passed = (verdict + whose[:, 0] + 0.5 * torch.randn(600) > 0.5).float()
    weights = fit_drafts.logistic(seen, passed, whose)
    assert fit_drafts.ranked(seen @ weights, passed) > 0.85
    assert weights[:2].min() > 4 * weights[2:].abs().max()
    left = fit_drafts.without(verdict, known, 500)
    blamed, praised = (torch.corrcoef(torch.stack([left, seen[:, k]]))[0, 1].abs() for k in (1, 0))
    assert blamed < 0.15 and praised > 0.9


def test_the_reader_learns_from_styles():
    torch.manual_seed(0)
    w = torch.randn(2000, 6) * 3 + 1
    wanted = (w[:, 0] - 1) / 3
    reader = fit_drafts.fit_reader(w[200:], wanted[200:], steps=150)
    assert isinstance(reader, DraftReader)
    assert (reader(w[:200]) - wanted[:200]).square().mean() < 0.1
