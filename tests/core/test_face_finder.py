"""Finding faces: the average faces that ship, placed, scaled and turned where the test knows they are."""

import math

import numpy as np
import pytest
from PIL import Image

from gan_models.core.face_finder import EYES_AT, Face, Frame, find_faces, frame_of_eyes, whole_if_near
from gan_models.ui.tabs.inpaint.handlers import PICTURES
from gan_models.ui.tabs.inpaint.requests import AVERAGES


def average(number: int, size: int) -> Image.Image:
    return Image.open(PICTURES / AVERAGES[number]).convert("RGB").resize((size, size), Image.Resampling.LANCZOS)


def scene(number: int, side: int, x: int, y: int, degrees: float = 0.0) -> Image.Image:
    """A face of ``side`` pixels centred at (x, y) in a plain picture of 640x480, turned clockwise."""
    page = Image.new("RGB", (640, 480), (150, 150, 145))
    face = average(number, side).convert("RGBA").rotate(-degrees, Image.Resampling.BICUBIC, expand=True)
    page.paste(face, (x - face.width // 2, y - face.height // 2), face)
    return page


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize(("side", "x", "y"), [(128, 200, 180), (260, 400, 250)])
def test_square_lies_where_the_face_is(number, side, x, y):
    faces = find_faces(scene(number, side, x, y))
    assert len(faces) == 1
    frame = faces[0].frame
    assert math.dist((frame.x, frame.y), (x, y)) < 0.08 * side
    assert abs(frame.side / side - 1) < 0.15
    assert abs(math.degrees(frame.angle)) < 6


def test_a_face_that_fills_its_picture_is_found():
    frame = find_faces(average(0, 200))[0].frame
    assert math.dist((frame.x, frame.y), (100, 100)) < 16


def test_a_tilted_head_is_found():
    frame = find_faces(scene(0, 240, 320, 240, degrees=28))[0].frame
    assert 16 < math.degrees(frame.angle) < 40


def test_largest_face_first_and_all_of_them():
    page = scene(0, 130, 120, 120)
    page.paste(average(1, 220), (360, 200))
    faces = find_faces(page)
    assert len(faces) == 2
    assert faces[0].frame.x > 320 > faces[1].frame.x


@pytest.mark.parametrize("size", [(16, 16), (17, 3000), (640, 480), (4000, 200)])
def test_no_face_no_crash(size):
    assert find_faces(Image.new("RGB", size, "grey")) == []


def test_noise_is_hardly_ever_a_face():
    noise = np.random.default_rng(1).integers(0, 256, (400, 400, 3), dtype=np.uint8)
    assert find_faces(Image.fromarray(noise)) == []


@pytest.mark.parametrize("angle", [0.0, 0.4, -1.0])
def test_frame_puts_the_eyes_where_the_network_expects_them(angle):
    frame = Frame(50.0, 80.0, 64.0, angle)
    eyes = [frame.place(*where) for where in EYES_AT]
    again = frame_of_eyes(*eyes)
    assert np.allclose([again.x, again.y, again.side, again.angle], [50, 80, 64, angle])
    assert np.allclose(frame.to_picture(128) @ (64, 64, 1), (50, 80))
    assert np.allclose(frame.to_picture(128) @ (0, 0, 1), frame.corners()[0])


@pytest.mark.parametrize(
    ("frame", "size", "whole"),
    [
        (Frame(66, 62, 140, 0.1), (128, 128), True),
        (Frame(66, 62, 140, 0.2), (128, 128), False),
        (Frame(78, 62, 128), (128, 128), False),
        (Frame(64, 64, 100), (128, 128), False),
        (Frame(64, 80, 128), (128, 160), False),
    ],
)
def test_a_picture_cut_to_the_face_is_the_square(frame, size, whole):
    face = Face(frame, ((1, 2), (3, 4)), True)
    assert whole_if_near(face, size).frame == (Frame(64, 64, 128) if whole else frame)
