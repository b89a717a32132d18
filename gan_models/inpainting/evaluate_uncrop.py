"""Score what lies beyond edges: ``python -m gan_models.inpainting.evaluate_uncrop --data DIR --features F --lpips L``.

A sixth is cut off the left and the right of test portraits and of test photographs of all kinds, and put back by our
``uncrop``, by its two parts alone, and by what needs no network: the edge's colours carried on, and the mean colour.
Prints LPIPS to the original and the Frechet distance of SqueezeNet features to all originals, known pixels in place.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from gan_models.core.device import pick_device
from gan_models.core.images import from_pil
from gan_models.data.paired_data import load_grey
from gan_models.data.portraits import load_portraits
from gan_models.inpainting.evaluate import pages_of
from gan_models.inpainting.pipeline import Inpainter, inpainting
from gan_models.inpainting.uncrop import MOST, read_sides, widen
from gan_models.metrics.closeness import Lpips
from gan_models.metrics.scores import frechet_distance
from gan_models.metrics.squeezenet import squeeze_features

PHOTOGRAPHS = 192  # pixels of a photograph's side; portraits are stored at 128


def cut(page: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A picture (H, W, 3), made a few pixels narrower so that it has six equal parts, and its middle four."""
    part = page.shape[1] // 6
    return page[:, : 6 * part], page[:, part : 5 * part]


def answers(painter: Inpainter, given: np.ndarray) -> dict[str, np.ndarray]:
    """A picture (H, 4 K, 3) uint8 made (H, 6 K, 3), by whatever there is."""
    part = given.shape[1] // 4
    sides = (0, 0), (part, part), (0, 0)
    flat = np.pad(given, sides)
    flat[:, :part] = flat[:, -part:] = given.mean((0, 1)).round()
    picture = Image.fromarray(given)
    wider = widen(painter, picture, read_sides(picture.size, MOST, MOST, 0, 0))
    made = {"ours": None, "only mirrored": 0.0, "only painted": 1.0}
    found = {name: np.asarray(wider.mixed(network)) for name, network in made.items()}
    return found | {"edge carried on": np.pad(given, sides, "edge"), "mean colour": flat}


def scores(painter: Inpainter, pictures: Tensor, lpips: Lpips) -> dict[str, tuple[float, float]]:
    """LPIPS and SqueezeNet-FD of each way's answers to pictures (N, 3, H, W) uint8."""
    pages = [cut(page) for page in pictures.permute(0, 2, 3, 1).numpy()]
    height, width = pages[0][0].shape[:2]
    made = [answers(painter, np.ascontiguousarray(given)) for _, given in pages]
    real = as_tensor([truth for truth, _ in pages], width, height)
    seen = squeeze_features(lpips.feature_extractor, real)
    found = {}
    for name in made[0]:
        filled = as_tensor([each[name] for each in made], width, height)
        close = torch.cat([lpips(*pair) for pair in pages_of(filled, real)]).mean().item()
        found[name] = close, frechet_distance(squeeze_features(lpips.feature_extractor, filled), seen)
    return found


def as_tensor(pages: list[np.ndarray], width: int, height: int) -> Tensor:
    """Pictures as (N, 3, H, W) in [-1, 1]."""
    return from_pil([Image.fromarray(page) for page in pages], "RGB", (width, height))


def main() -> None:
    """The command of this file's head."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder of faces128.zip and the photographs' zips")
    parser.add_argument("--features", type=Path, help="SqueezeNet 1.1 as safetensors; else torchvision fetches it")
    parser.add_argument("--lpips", type=Path, required=True, help="LPIPS v0.1's linear layers for SqueezeNet")
    parser.add_argument("--count", type=int, default=300, help="how many pictures of either kind at most")
    parser.add_argument("--device", default="auto")
    args = parser.parse_args()
    painter, lpips = inpainting(pick_device(args.device), "embedded"), Lpips.load(args.features, args.lpips)
    kinds = {
        "portraits": load_portraits(args.data, "test", args.count),
        "photographs": load_grey(args.data, "test", PHOTOGRAPHS).pictures[: args.count],
    }
    for kind, pictures in kinds.items():
        print(
            f"{len(pictures)} test {kind}, {pictures.shape[2]} pixels high\n{'':16} {'LPIPS':>7} {'SqueezeNet-FD':>14}"
        )
        for name, (close, frechet) in scores(painter, pictures, lpips).items():
            print(f"{name:16} {close:7.4f} {frechet:14.0f}", flush=True)


if __name__ == "__main__":
    main()
