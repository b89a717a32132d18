"""Score a pix2pix model: ``python -m gan_models.pix2pix.evaluate things --data PAIRS --features FILE --lpips FILE``.

Paints the test half of the pairs, aiming at each photograph's own mean colour, and prints for the GAN, its L1 twin, the
blend half way between them and the plain mean colour: LPIPS and L1 to the photograph, SqueezeNet-FD and KD to all test
photographs. The GAN was trained with SqueezeNet's features as well, though not with LPIPS's weights: look, too.

``colour`` takes any photographs. It aims at each one's own tint, which no visitor knows, and then at that of seed 0.
How colourful pictures are is the mean chroma in CIE L*a*b*.
"""

import argparse
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from gan_models.core.device import pick_device
from gan_models.data.paired_data import Pairs, load_pairs, with_light
from gan_models.metrics.closeness import Lpips
from gan_models.metrics.colourfulness import chroma
from gan_models.metrics.squeezenet import squeeze_distances, squeeze_features
from gan_models.pix2pix.blended import Blended
from gan_models.pix2pix.checkpoints import SUBJECTS
from gan_models.pix2pix.pipeline import PIPELINES, open_run

BATCH = 16


@torch.inference_mode()
def paint(painter: Blended, pairs: Pairs, strength: float, seed: int | None = None) -> Tensor:
    """The pairs' inputs painted, (N, 3, S, S) in [-1, 1], rounded to 8 bits as a visitor sees them.

    They aim at the photographs' own colours, or at what ``seed`` picks.
    """
    network, made = painter.blend(strength), []
    for part in torch.arange(len(pairs)).split(BATCH):
        inputs, colours, _ = pairs.whole(part)
        colours = colours if seed is None else painter.aims([seed]).expand(len(part), -1)
        page = network(inputs.to(painter.device), colours.to(painter.device)).float().cpu()
        made.append(rounded(with_light(page, inputs) if pairs.kind == "grey" else page))
    return torch.cat(made)


def plain(pairs: Pairs) -> Tensor:
    """What can be had without a network: each photograph's mean colour; where the light is known, laid over it."""
    inputs, _, real = pairs.whole()
    if pairs.kind == "grey":
        return rounded(with_light(real.mean((2, 3), keepdim=True).expand_as(real), inputs))
    return pairs.colours[:, :, None, None].expand_as(real)


def rounded(pictures: Tensor) -> Tensor:
    """To the 256 levels of a picture."""
    return ((pictures + 1) * 127.5).round().clamp(0, 255) / 127.5 - 1


def scores(made: Tensor, real: Tensor, seen: Tensor, lpips: Lpips) -> tuple[float, float, float, float]:
    """Mean LPIPS and L1 to the photographs (N, 3, S, S), FD and KD to their features ``seen`` (N, 512)."""
    close = torch.cat([lpips(a, b) for a, b in zip(made.split(BATCH), real.split(BATCH), strict=True)]).mean().item()
    return (
        close,
        F.l1_loss(made, real).item(),
        *squeeze_distances(squeeze_features(lpips.feature_extractor, made), seen),
    )


def main() -> None:
    """The command of this file's head."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", choices=SUBJECTS)
    parser.add_argument("--data", type=Path, required=True, help="the pairs, a zip or a folder")
    parser.add_argument("--input-side", choices=["left", "right"], help="where the input stands; else as in our files")
    parser.add_argument("--run", type=Path, help="a training run's folder instead of what ships")
    parser.add_argument("--twin", type=Path, help="with --run: the weights that the run began from")
    parser.add_argument("--features", type=Path, help="SqueezeNet 1.1 as safetensors; else torchvision fetches it")
    parser.add_argument("--lpips", type=Path, required=True, help="LPIPS v0.1's linear layers for SqueezeNet")
    parser.add_argument("--device", default="auto")
    args = parser.parse_args()
    subject, device = SUBJECTS[args.model], pick_device(args.device)
    if args.run:
        painter = open_run(args.run, device, args.twin, subject.size, subject)
    else:
        painter = PIPELINES[f"pix2pix-{args.model}"](device, "embedded")
    side = args.input_side or ("right" if subject.kind == "labels" else "left")
    pairs = load_pairs(args.data, "test", subject.kind, subject.size, side)
    lpips, real = Lpips.load(args.features, args.lpips), pairs.whole()[2]
    seen = squeeze_features(lpips.feature_extractor, real)
    rows = {"GAN": paint(painter, pairs, 1.0)}
    if painter.twin:
        rows |= {"half way": paint(painter, pairs, 0.5), "L1 twin": paint(painter, pairs, 0.0)}
    if subject.kind == "grey":
        rows |= {"GAN, seed 0": paint(painter, pairs, 1.0, 0), "grey": pairs.whole()[0].expand_as(real) * 2 - 1}
    rows["mean colour"] = plain(pairs)
    print(f"{len(pairs)} test pairs, {subject.size} pixels; chroma of the photographs {chroma(real).mean():.1f}\n")
    print(f"{'painted by':12} {'LPIPS':>7} {'L1':>7} {'SqueezeNet-FD':>14} {'KD':>7} {'chroma':>7}")
    for name, made in rows.items():
        close, apart, frechet, kernel = scores(made, real, seen, lpips)
        colourful = chroma(made).mean()
        print(f"{name:12} {close:7.4f} {apart:7.4f} {frechet:14.0f} {kernel:7.0f} {colourful:7.1f}", flush=True)


if __name__ == "__main__":
    main()
