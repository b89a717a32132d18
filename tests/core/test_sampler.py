"""Walking through latent space: where points lie, what sliders and paths do, and bad input."""

import math

import numpy as np
import pytest
import torch

from gan_models.core import latents
from gan_models.core.errors import BadRequest
from gan_models.core.point import MAX_STEPS, Point
from gan_models.core.sampler import FRAMES, STRAY, Sampler, find_directions

DIM = 8
SCALES = torch.tensor([0.05, 0.9, 0.05, 0.4, 0.05, 0.05, 0.2, 0.05])


def plain(z: torch.Tensor, weights: torch.Tensor | None) -> torch.Tensor:
    """A generator one can compute by hand: pixel k is z[k] times its scale, the rest is empty."""
    out = torch.zeros(len(z), 1, 14, 14)
    out.view(len(z), -1)[:, :DIM] = z * SCALES / 6
    return out


@pytest.fixture
def tiny() -> Sampler:
    return Sampler(plain, DIM)


def test_directions_are_the_strongest_first():
    found = find_directions(plain, DIM, count=3)
    assert [int(row.abs().argmax()) for row in found] == [1, 3, 6]
    assert all(row.abs().max() > 0.99 and row[row.abs().argmax()] > 0 for row in found)


def test_directions_leave_known_ones_alone():
    known = torch.eye(DIM)[1:2]
    found = find_directions(plain, DIM, known=known, count=2)
    assert torch.equal(found[:1], known)
    assert int(found[1].abs().argmax()) == 3
    torch.testing.assert_close(found @ found.T, torch.eye(3), atol=1e-5, rtol=0)


def test_class_is_no_direction():
    """Pictures differ most by class here; the directions found must not be led by it."""

    def loud_classes(z, weights):
        return plain(z, None) + weights.argmax(1).view(-1, 1, 1, 1) * 5.0

    found = find_directions(loud_classes, DIM, classes=10, count=1)
    assert int(found[0].abs().argmax()) == 1


def test_directions_are_measured_once(tiny):
    calls = []
    sampler = Sampler(plain, DIM, directions=lambda: calls.append(1) or torch.eye(DIM)[:2])
    for _ in range(3):
        sampler.strip(Point(), 1)
    assert calls == [1]


def test_a_point_reads_mixed_seeds():
    assert Point.read({"mix": [3, None, 5, 7]}).mix == (3, None, 5)
    for wrong in ("345", ["x"], {"coarse": 1}):
        with pytest.raises(BadRequest):
            Point.read({"mix": wrong})


def test_sample_is_the_noise_of_its_seed(tiny):
    z = latents.seeded_noise([3], DIM) * 0.5
    page = np.asarray(tiny.sample([3, 4], truncation=0.5)[0], np.float32) / 127.5 - 1
    np.testing.assert_allclose(page.ravel()[:DIM], (z * SCALES / 6)[0], atol=1 / 127)


def test_strip_moves_one_direction_and_passes_through_the_point():
    sampler = Sampler(plain, DIM, directions=lambda: torch.eye(DIM)[[1, 3]])
    point = Point(seed=5, truncation=0.3, amounts=(0.0, 0.5))
    frames = sampler.strip(point, 0).flatten(1)[:, :DIM] * 6 / SCALES
    assert frames.shape == (FRAMES, DIM)
    here = sampler.locate([point])[0]
    torch.testing.assert_close(frames[FRAMES // 2], here, atol=1e-4, rtol=0)
    near = frames[FRAMES // 2 + 1] - here
    torch.testing.assert_close(near, torch.eye(DIM)[1] * 0.25, atol=1e-4, rtol=0)


def test_every_place_stays_in_the_shell(tiny):
    wild = Point.read({"seed": 1, "truncation": 1e9, "amounts": [1e9, -1e9, 0, float("inf"), "-inf"]})
    assert wild.truncation == 1.2
    assert wild.amounts == (3.0, -3.0, 0.0, 3.0, -3.0)
    assert tiny.locate([wild]).norm() <= 1.15 * math.sqrt(DIM) + 1e-4


def test_neighbours_are_sixteen_near_and_always_the_same():
    sampler = Sampler(plain, 512)
    here = sampler.locate([Point(seed=2, truncation=0.7)])[0]
    around = sampler.locate([Point(seed=2, truncation=0.7, walk=(k,)) for k in range(16)])
    angles = torch.acos(torch.nn.functional.cosine_similarity(around, here[None]))
    assert ((angles - STRAY).abs() < 0.15).all()
    assert len({tuple(row[:4].tolist()) for row in around}) == 16
    again = sampler.locate([Point(seed=2, truncation=0.7, walk=(9,))])[0]
    assert torch.equal(again, around[9])


def test_a_long_walk_stays_standard_normal():
    sampler = Sampler(plain, 4096)
    z = sampler.locate([Point(seed=1, walk=tuple(k % 16 for k in range(MAX_STEPS)))])
    assert abs(z.std() - 1) < 0.05


def test_neighbours_of_the_tiny_generator(tiny):
    assert tiny.neighbours(Point()).shape == (16, 1, 14, 14)
    with pytest.raises(BadRequest, match="64 steps"):
        tiny.neighbours(Point(walk=(1,) * MAX_STEPS))


def test_path_begins_at_a_and_ends_at_b_on_the_shell(tiny):
    a, b = Point(seed=1, truncation=0.5), Point(seed=2, truncation=0.5)
    frames = tiny.path(a, b, 7)
    ends = tiny.pictures([a, b])
    torch.testing.assert_close(frames[[0, -1]], ends, atol=1e-5, rtol=0)
    norms = (frames.flatten(1)[:, :DIM] * 6 / SCALES).norm(dim=1)
    assert norms.min() > 0.9 * min(norms[0], norms[-1])


def test_classes_blend_on_the_way():
    seen = []
    sampler = Sampler(lambda z, w: seen.append(w) or plain(z, w), DIM, classes=10, directions=lambda: torch.eye(DIM))
    sampler.path(Point(label=3), Point(seed=1, label=8), 5)
    torch.testing.assert_close(seen[0][:, 3], torch.tensor([1, 0.75, 0.5, 0.25, 0]))
    torch.testing.assert_close(seen[0].sum(1), torch.ones(5))


def test_classes_blend_at_a_point():
    seen = []
    sampler = Sampler(lambda z, w: seen.append(w) or plain(z, w), DIM, classes=10, directions=lambda: torch.eye(DIM))
    sampler.pictures([Point(label=3), Point(label=3, blend=(5, 0.25))])
    torch.testing.assert_close(seen[0][:, [3, 5]], torch.tensor([[1, 0], [0.75, 0.25]]))
    sampler.path(Point(label=3, blend=(5, 0.5)), Point(label=8), 3)
    torch.testing.assert_close(seen[1][1, [3, 5, 8]], torch.tensor([0.25, 0.25, 0.5]))
    assert Point.read({"blend": ["5", 7]}).blend == (5, 1.0)


def test_realness_only_with_a_discriminator(tiny):
    pictures = tiny.pictures([Point()])
    assert tiny.realness(pictures, [0]) is None
    fair = Sampler(plain, DIM, discriminator=lambda batch, labels: [0.25] * len(batch))
    assert fair.realness(pictures, [0]) == [0.25]


def test_generate_refuses_nonsense_and_clamps_the_huge(tiny):
    for bad in (torch.zeros(2, DIM + 1), torch.full((1, DIM), math.nan), torch.full((1, DIM), math.inf)):
        with pytest.raises(BadRequest):
            tiny.generate(bad)
    with pytest.raises(BadRequest):
        tiny.generate(torch.zeros(1000, DIM))
    huge, six = tiny.generate(torch.tensor([[1e9] * DIM, [6.0] * DIM]))
    assert huge.tobytes() == six.tobytes()


def test_bad_seeds_and_truncations_say_so(tiny):
    with pytest.raises(BadRequest, match="1000 seeds"):
        tiny.sample(list(range(1000)))
    with pytest.raises(BadRequest, match="whole number"):
        tiny.sample([math.nan])
    with pytest.raises(BadRequest):
        tiny.sample([1], truncation=math.nan)
    assert tiny.sample([-1])[0].tobytes() == tiny.sample([2**31 - 1])[0].tobytes()
    assert [Point.read({"truncation": wild}).truncation for wild in (-5, math.inf)] == [0.3, 1.2]


@pytest.mark.parametrize("bad", [
    None, [], {"seed": "x"}, {"seed": math.inf}, {"label": 10**9}, {"label": 0.5}, {"label": -1},
    {"walk": [16]}, {"walk": [0] * 65}, {"amounts": [math.nan]}, {"amounts": ["x"]}, {"seed": True},
    {"amounts": "abc"}, {"truncation": {}}, {"walk": {"0": 1}},
])  # fmt: skip
def test_bad_points_are_bad_requests(bad):
    with pytest.raises(BadRequest):
        Point.read(bad)


def test_a_model_refuses_classes_that_it_does_not_know(tiny):
    three = Sampler(plain, DIM, classes=3)
    assert len(three.pictures([Point(label=2)])) == 1
    with pytest.raises(BadRequest, match="from 0 to 2"):
        three.pictures([Point(label=3)])
    assert torch.equal(tiny.pictures([Point(label=3)]), tiny.pictures([Point(label=0)]))  # it knows none
