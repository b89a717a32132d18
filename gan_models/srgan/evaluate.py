"""Score enlargers: ``python -m gan_models.srgan.evaluate --data superres.zip --features FILE --lpips FILE``.

One table: PSNR, SSIM (both on RGB, the whole picture) and LPIPS (v0.1, SqueezeNet) on Set5, Set14 and fifty pictures of
BSD100, each made four times smaller by antialiased bicubic filtering and then enlarged: by bicubic filtering, by the
twin that was trained for closeness alone, and by the GAN. The GAN was trained against LPIPS's own features: its LPIPS
flatters it, so look at the pictures too.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from gan_models.data.photographs import Pair, make_pair, read_pictures
from gan_models.data.unpaired_data import to_signed
from gan_models.metrics.closeness import Lpips, psnr, ssim

TESTS = {"Set5": "test/set5/", "Set14": "test/set14/", "BSD100": "test/bsd100/"}
Enlarge = Callable[[Tensor], Tensor]  # small (1, 3, H, W) in [-1, 1] to large


def load_tests(path: Path) -> dict[str, list[Pair]]:
    """The test pictures of ``superres.zip``, or of the folder it lies in, by the name of their set."""
    place = path / "superres.zip" if path.is_dir() else path
    if not place.is_file():
        raise FileNotFoundError(f"{place} is missing: give --data superres.zip or the folder that holds it")
    return {name: [make_pair(p) for p in read_pictures(place, folder)] for name, folder in TESTS.items()}


def bicubic(small: Tensor) -> Tensor:
    """Pillow's bicubic filter on one picture (1, 3, H, W) in [-1, 1]."""
    page = Image.fromarray(to_levels(small)[0].permute(1, 2, 0).numpy().astype(np.uint8))
    large = page.resize((4 * page.width, 4 * page.height), Image.Resampling.BICUBIC)
    return to_signed(torch.from_numpy(np.array(large)).permute(2, 0, 1)[None])


def to_levels(pictures: Tensor) -> Tensor:
    """[-1, 1] to the 256 levels of a picture, as floats from 0 to 255."""
    return pictures.float().cpu().add(1).mul(127.5).round().clamp(0, 255)


def network_enlarger(network: nn.Module) -> Enlarge:
    """A network as a function of one small picture, on the network's device and back."""
    device = next(network.parameters()).device
    return lambda small: network(small.to(device)).float().cpu()


@torch.inference_mode()
def score(enlarge: Enlarge, pairs: list[Pair], lpips: Lpips) -> tuple[float, float, float]:
    """Mean PSNR, SSIM and LPIPS over the pairs, each enlargement rounded to 256 levels first."""
    rows = []
    for pair in pairs:
        made, real = to_signed(to_levels(enlarge(to_signed(pair.small[None])))), to_signed(pair.large[None])
        rows.append([float(measure(made, real)) for measure in (psnr, ssim, lpips)])
    return tuple(torch.tensor(rows).mean(0).tolist())


def print_table(enlargers: dict[str, Enlarge], tests: dict[str, list[Pair]], lpips: Lpips) -> None:
    """A line an enlarger: PSNR in dB, SSIM and LPIPS on each set."""
    row = ("{:<22}" + " {:>8} {:>7} {:>7} " * len(tests)).format
    print(row("", *(text for name in tests for text in (name, "SSIM", "LPIPS"))))
    for title, enlarge in enlargers.items():
        found = [score(enlarge, pairs, lpips) for pairs in tests.values()]
        print(row(title, *(t for p, s, d in found for t in (f"{p:.2f}", f"{s:.3f}", f"{d:.3f}"))), flush=True)


def main() -> None:
    """The command of this file's head."""
    from gan_models.core.store import CHECKPOINTS_DIR, load_strictly
    from gan_models.srgan.networks import SRGenerator, between

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(".data"), help="superres.zip or its folder")
    parser.add_argument("--features", type=Path, help="SqueezeNet 1.1 as safetensors; else torchvision fetches it")
    parser.add_argument("--lpips", type=Path, required=True, help="LPIPS's linear layers for SqueezeNet, safetensors")
    parser.add_argument("--weights", type=Path, default=CHECKPOINTS_DIR, help="folder with both twins")
    parser.add_argument("--strengths", type=float, nargs="*", default=[0, 0.25, 0.5, 0.75, 1], help="between them")
    args = parser.parse_args()
    lpips, tests = Lpips.load(args.features, args.lpips), load_tests(args.data)
    faithful, inventive = (
        load_strictly(SRGenerator(), args.weights / f"srgan_{name}.safetensors") for name in ("faithful", "inventive")
    )
    enlargers = {"bicubic": bicubic}
    for share in args.strengths:
        network = SRGenerator().eval().requires_grad_(False)
        network.load_state_dict(between(faithful, inventive, share))
        enlargers[f"strength {share:g}"] = network_enlarger(network)
    print_table(enlargers, tests, lpips)


if __name__ == "__main__":
    main()
