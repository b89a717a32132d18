"""Score the inpainting GAN: ``python -m gan_models.inpainting.evaluate --data DIR --features FILE --lpips FILE``.

Fills holes of three sizes, and holes as visitors make them, in the test portraits, the same holes for everybody: our
generator, the mean colour, OpenCV's Telea (2004) and Navier-Stokes (Bertalmio et al., 2001). Mask k of a size or kind
is drawn from the seed that stands below plus k. Prints PSNR, SSIM, LPIPS and the Frechet distance of SqueezeNet
features between filled and real portraits; then how far five fillings of one hole lie apart, inside the hole, and how
far the worst of them is from the original. ``--sheets`` draws the first 20 holes of each kind: hole, three fillings,
original.

LPIPS looks through SqueezeNet, whose features the generator was trained with as well, though not with LPIPS's weights.
"""

import argparse
from itertools import combinations
from pathlib import Path

import torch
from torch import Tensor

from gan_models.core.latents import seeded_noise
from gan_models.data.face_masks import KINDS, kind_bank
from gan_models.data.masks import mask_bank
from gan_models.data.portraits import load_portraits
from gan_models.inpainting.naive_fills import naive_fill
from gan_models.inpainting.networks import InpaintingGenerator, composite
from gan_models.metrics.closeness import Lpips, psnr, ssim
from gan_models.metrics.scores import frechet_distance
from gan_models.metrics.squeezenet import squeeze_features
from gan_models.training.loop import save_sheet

SIZES = {"0-20 %": (1_000_000, 0.01, 0.2), "20-40 %": (2_000_000, 0.2, 0.4), "40-60 %": (3_000_000, 0.4, 0.6)}
KIND_SEED = 4_000_000
FILLS = ("ours", "ours, noise 0", "telea", "navier-stokes", "mean")
BATCH = 25
SHOWN = 20


def holes(name: str, count: int) -> Tensor:
    """The first masks (count, 1, 128, 128) of :data:`SIZES` or :data:`~gan_models.data.face_masks.KINDS`."""
    if name not in SIZES:
        return kind_bank(name, KIND_SEED, count).float()
    seed, low, high = SIZES[name]
    return mask_bank(seed, count, low=low, high=high).float()


def filled_by(kind: str, generator: InpaintingGenerator, real: Tensor, masks: Tensor) -> Tensor:
    """Composites (N, 3, 128, 128) of one of :data:`FILLS`."""
    if kind.startswith("ours"):
        return fill(generator, real, masks, 0 if kind == "ours" else None)
    return naive_fill(real * (1 - masks), masks, kind)


@torch.inference_mode()
def fill(generator: InpaintingGenerator, real: Tensor, masks: Tensor, seed: int | None = 0) -> Tensor:
    """Composites (N, 3, 128, 128) in [-1, 1], rounded to 8 bits as a visitor sees them; seed None is noise zero."""
    pages = []
    for index, (page, area) in enumerate(zip(real.split(BATCH), masks.split(BATCH), strict=True)):
        first = seed * 1_000_003 + index * BATCH if seed is not None else 0
        z = seeded_noise(list(range(first, first + len(page))), generator.z_dim) * (seed is not None)
        pages.append(composite(generator(page, area, z).clamp(-1, 1), page, area))
    return to_eight_bits(torch.cat(pages))


def to_eight_bits(pictures: Tensor) -> Tensor:
    """Pictures in [-1, 1], rounded to the 256 levels of a picture file; any shape."""
    return ((pictures + 1) * 127.5).round().clamp(0, 255) / 127.5 - 1


def scores(filled: Tensor, real: Tensor, lpips: Lpips) -> tuple[float, float, float]:
    """Mean PSNR, SSIM and LPIPS of filled against real pictures."""
    pairs = pages_of(filled, real)
    return tuple(torch.cat([measure(a, b) for a, b in pairs]).mean().item() for measure in (psnr, ssim, lpips))


def pages_of(*pictures: Tensor) -> list[tuple[Tensor, ...]]:
    """Several sets of pictures (N, 3, H, W), :data:`BATCH` of each at a time."""
    return list(zip(*(page.split(BATCH) for page in pictures), strict=True))


def variety(fillings: list[Tensor], masks: Tensor, lpips: Lpips) -> Tensor:
    """Mean LPIPS (N,) inside the hole over all pairs of fillings, each (N, 3, H, W)."""
    total, pairs = torch.zeros(len(masks)), list(combinations(fillings, 2))
    for a, b in pairs:
        maps = torch.cat([lpips.maps(*pair) for pair in pages_of(a, b)])
        total += (maps * masks).sum((1, 2, 3)) / masks.sum((1, 2, 3))
    return total / len(pairs)


def sheet(generator: InpaintingGenerator, real: Tensor, masks: Tensor) -> Tensor:
    """Hole, three fillings and original in turns, (5 N, 3, 128, 128)."""
    fillings = [fill(generator, real, masks, seed) for seed in range(3)]
    return torch.stack([torch.where(masks > 0.5, torch.ones_like(real), real), *fillings, real], 1).flatten(0, 1)


def main() -> None:
    """The command of this file's head."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(".data"), help="faces128.zip or the folder that holds it")
    parser.add_argument("--features", type=Path, help="SqueezeNet 1.1 as safetensors; else torchvision fetches it")
    parser.add_argument("--lpips", type=Path, required=True, help="LPIPS v0.1's linear layers for SqueezeNet")
    parser.add_argument("--count", type=int, default=1000, help="how many test portraits")
    parser.add_argument("--five", type=int, default=200, help="how many of them are filled five times")
    parser.add_argument("--generator", type=Path, help="another generator's weights in our layout")
    parser.add_argument("--holes", nargs="+", default=[*SIZES, *KINDS], choices=[*SIZES, *KINDS], metavar="KIND")
    parser.add_argument("--by", nargs="+", default=FILLS, choices=FILLS, metavar="FILL", help=", ".join(FILLS))
    parser.add_argument("--sheets", type=Path, help="a folder for sheets")
    args = parser.parse_args()
    generator = load_generator(args.generator).to(memory_format=torch.channels_last)
    real = load_portraits(args.data, "test", args.count).float().div(127.5).sub(1)
    lpips = Lpips.load(args.features, args.lpips)
    seen = squeeze_features(lpips.feature_extractor, real)
    banks = {name: holes(name, len(real)) for name in args.holes}
    if args.sheets:
        args.sheets.mkdir(parents=True, exist_ok=True)
        for name, masks in banks.items():
            file = args.sheets / f"{name.replace(' ', '_').replace('%', 'percent')}.png"
            save_sheet(sheet(generator, real[:SHOWN], masks[:SHOWN]), file, 20)
    print(f"{len(real)} test portraits, 128x128, known pixels in place\n")
    print(f"{'hole':12} {'filled by':14} {'PSNR':>6} {'SSIM':>6} {'LPIPS':>7} {'SqueezeNet-FD':>14}")
    for name, masks in banks.items():
        for kind in args.by:
            filled = filled_by(kind, generator, real, masks)
            signal, structure, distance = scores(filled, real, lpips)
            frechet = frechet_distance(squeeze_features(lpips.feature_extractor, filled), seen)
            print(f"{name:12} {kind:14} {signal:6.2f} {structure:6.3f} {distance:7.4f} {frechet:14.1f}", flush=True)
    print("\nfive fillings of one hole: mean LPIPS between them, inside the hole; worst LPIPS to the original")
    for name, masks in banks.items():
        part, area = real[: args.five], masks[: args.five]
        fillings = [fill(generator, part, area, seed) for seed in range(5)]
        apart = variety(fillings, area, lpips)
        low, middle = apart.quantile(torch.tensor([0.05, 0.5])).tolist()
        worst = torch.stack([torch.cat([lpips(*p) for p in pages_of(made, part)]) for made in fillings]).amax(0)
        print(
            f"{name:12} mean {apart.mean():.4f}, median {middle:.4f}, 95 % of faces above {low:.4f}; "
            f"worst: mean {worst.mean():.4f}, of all {worst.amax():.4f}",
            flush=True,
        )


def load_generator(path: Path | None) -> InpaintingGenerator:
    """Weights in a file, or those that ship."""
    from gan_models.core.store import load_network, load_strictly

    if path:
        return load_strictly(InpaintingGenerator(), path)
    from gan_models.inpainting.checkpoints import CHECKPOINTS

    return load_network(CHECKPOINTS["inpainting-generator"], "embedded")[0]


if __name__ == "__main__":
    main()
