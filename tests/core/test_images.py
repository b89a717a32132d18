import base64
import io

import numpy as np
import torch
from PIL import Image

from gan_models.core import images


def test_range_ends_and_middle():
    page = torch.tensor([-1.0, 0.0, 1.0, 9.0, float("nan")]).view(1, 1, 1, 5)
    assert images.to_uint8(page)[0, 0, :, 0].tolist() == [0, 128, 255, 255, 0]


def test_there_and_back():
    picture = Image.fromarray(np.arange(48, dtype=np.uint8).reshape(4, 4, 3) * 5)
    batch = images.from_pil([picture], "RGB", (4, 4))
    assert batch.shape == (1, 3, 4, 4)
    assert np.array_equal(np.asarray(images.to_pil(batch)[0]), np.asarray(picture))
    grey = images.from_pil([picture], "L", (2, 2))
    assert grey.shape == (1, 1, 2, 2)
    assert images.to_pil(grey)[0].mode == "L"


def test_grid_places_row_by_row_and_fills_up():
    pages = np.stack([np.full((2, 3), k, np.uint8) for k in (1, 2, 3)])
    sheet = images.grid(pages, 2)
    assert sheet.shape == (4, 6)
    assert sheet[0].tolist() == [1, 1, 1, 2, 2, 2]
    assert sheet[3].tolist() == [3, 3, 3, 0, 0, 0]


def test_ink_png_holds_the_ink_as_alpha():
    cover = np.array([[0, 255], [7, 128]], np.uint8)
    url = images.coverage_png(cover)
    picture = Image.open(io.BytesIO(base64.b64decode(url.split(",")[1])))
    assert picture.mode == "LA"
    assert np.array_equal(np.asarray(picture)[..., 1], cover)


def test_smooth_ink_keeps_full_and_empty():
    page = torch.full((1, 1, 8, 8), -1.0)
    page[..., :4] = 1.0
    big = images.smooth_coverage(page, 4)
    assert big.shape == (1, 32, 32)
    assert big[0, 16, 2] == 255
    assert big[0, 16, 30] == 0
    assert (images.coverage_over_white(big[0])[8:40, 8:40] == 255 - big[0]).all()
