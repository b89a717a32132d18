"""Score a pair of translators: ``python -m gan_models.cyclegan.evaluate --data horse2zebra.zip --features FILE``.

One table: for each direction the SqueezeNet-FD and KD of the translated test pictures to all training pictures of the
target, beside the floor (real test pictures of the target) and the ceiling (the test pictures unchanged); how well the
way there and back brings the picture back (SSIM); how much of a picture changes; and how often the two discriminators
guess right what a real test picture shows. Translators that were trained against SqueezeNet's features
(``--feature-weight``) met this measure in training: look at the pictures too, and at the distance in features that
took no part, those of a classifier of ten kinds of things (``things FD``).

A second table, of the pictures in ``--boxes``, says how much changes outside and inside of what was marked as animal,
of 255, and how strongly light and dark alternate there: in what came, in what was made of it, and in real pictures of
the target. Then the KD of just these pictures, which has no bias however few they are: of what was made, and of what
could be had while all beside the boxes stays, with real coats, in SqueezeNet's features, in the place of the others.
"""

import argparse
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.core.device import Run
from gan_models.core.squeezenet import SqueezeNetFeatures, load_squeezenet
from gan_models.core.store import CHECKPOINTS_DIR, load_strictly, read_tensors
from gan_models.cyclegan.boxes import BOXES, apart, change_within, contrast_within, read_boxes, with_coats
from gan_models.cyclegan.networks import network_like
from gan_models.cyclegan.second_look import KINDS, look_again
from gan_models.metrics.scores import frechet_distance
from gan_models.metrics.squeezenet import squeeze_distances, squeeze_features

PAGE = 16


def pages(pictures: Tensor, device: torch.device):
    """Pictures (N, 3, H, W) uint8 as batches in [-1, 1] on the device."""
    for page in pictures.split(PAGE):
        yield page.to(device).float().div(127.5).sub(1).contiguous(memory_format=torch.channels_last)


@torch.inference_mode()
def describe(feature_extractor: SqueezeNetFeatures, kinds: list[Tensor], device: torch.device) -> list[Tensor]:
    """Features (N, 512) of each list of pictures (N, 3, H, W) uint8."""
    return [torch.cat([squeeze_features(feature_extractor, page) for page in pages(kind, device)]) for kind in kinds]


@torch.inference_mode()
def describe_places(feature_extractor: SqueezeNetFeatures, pictures: Tensor, device: torch.device) -> Tensor:
    """Features (N, 512, 15, 15) of pictures (N, 3, 256, 256) uint8, whose mean :func:`describe` takes."""
    return torch.cat([feature_extractor(page)[0].cpu() for page in pages(pictures, device)])


@torch.inference_mode()
def describe_as_things(classifier: nn.Module, pictures: Tensor, device: torch.device) -> Tensor:
    """Features (N, 128) before the last layer of a :class:`~gan_models.classifiers.things.ThingClassifier`, which takes
    pictures (N, 3, H, W) uint8 at 64 pixels."""
    seen = (F.interpolate(page, size=(64, 64), mode="bilinear", antialias=True) for page in pages(pictures, device))
    return torch.cat([classifier.body[:-1](page) for page in seen]).cpu()


@torch.inference_mode()
def translate_all(
    generator: nn.Module, pictures: Tensor, device: torch.device, run: Run = nn.Module.__call__
) -> Tensor:
    """Pictures (N, 3, H, W) uint8, translated and rounded to the 256 levels of a picture, uint8 again, on the CPU.

    ``run`` is how: the generator's own pass, or :func:`twice`.
    """
    return torch.cat([to_levels(run(generator, page)) for page in pages(pictures, device)])


def twice(generator: nn.Module, pictures: Tensor) -> Tensor:
    """Translations of pictures (N, 3, H, W), each with a second look at what the generator overlooks."""

    def see(run: Run, picture: Tensor) -> Tensor:
        return run(generator, picture)

    return torch.cat([page + look_again(see, page, lambda: True) for page in pictures.split(1)])


def to_levels(pictures: Tensor) -> Tensor:
    """Pictures in [-1, 1] to the 256 levels of a picture file, uint8, on the CPU; any shape."""
    return pictures.float().add(1).mul(127.5).round().clamp(0, 255).to(torch.uint8).cpu()


def compare(
    generator: nn.Module, feature_extractor: SqueezeNetFeatures, sources: Tensor, real: Tensor, device: torch.device
) -> tuple[float, float]:
    """SqueezeNet-FD and KD of the translated ``sources`` (N, 3, H, W) uint8 to ``real`` features (M, 512)."""
    return squeeze_distances(describe(feature_extractor, [translate_all(generator, sources, device)], device)[0], real)


def structural_similarity(a: Tensor, b: Tensor) -> Tensor:
    """SSIM (N,) of pictures (N, C, H, W) with values from 0 to 255, mean over channels (Wang et al., 2004).

    A Gaussian window of 11 pixels with a standard deviation of 1.5, and the constants of the paper.
    """
    line = torch.exp(-((torch.arange(11) - 5) ** 2) / (2 * 1.5**2)).double()
    line = line / line.sum()
    window = (line[:, None] * line)[None, None].to(a.device)

    def blur(x: Tensor) -> Tensor:
        return F.conv2d(x.flatten(0, 1)[:, None], window)

    a, b = a.double(), b.double()
    mean_a, mean_b = blur(a), blur(b)
    var_a, var_b = blur(a * a) - mean_a**2, blur(b * b) - mean_b**2
    both = blur(a * b) - mean_a * mean_b
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    ssim = (2 * mean_a * mean_b + c1) * (2 * both + c2) / ((mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2))
    return ssim.mean((1, 2, 3)).view(len(a), -1).mean(1)


def cycle_similarity(back: nn.Module, pictures: Tensor, gone: Tensor, device: torch.device) -> tuple[float, float]:
    """Mean SSIM of pictures to what comes back of their translations ``gone``, and to these: the second shows that
    something happened."""
    again = translate_all(back, gone, device)

    def mean(others: Tensor) -> float:
        return torch.cat([
            structural_similarity(*pair) for pair in zip(pictures.split(PAGE), others.split(PAGE), strict=True)
        ]).mean().item()  # fmt: skip

    return mean(again), mean(gone)


@torch.inference_mode()
def mask_share(generator: nn.Module, pictures: Tensor, device: torch.device) -> float | None:
    """How much of a picture the light form changes, on average; None for the paper's form."""
    masks = [generator.propose(page)[1] for page in pages(pictures, device)]
    return None if masks[0] is None else torch.cat([m.flatten() for m in masks]).mean().item()


@torch.inference_mode()
def guesses(discriminators: list[nn.Module], pictures: Tensor, device: torch.device) -> float:
    """The share of pictures that discriminators[1] believes in more than discriminators[0]."""
    a, b = (torch.cat([c(page).mean((1, 2, 3)) for page in pages(pictures, device)]) for c in discriminators)
    return (b > a).float().mean().item()


def open_network(path: Path) -> nn.Module:
    """A translator or discriminator of any width from a file in our layout: the file's shapes say which."""
    return load_strictly(network_like(read_tensors(path)), path)


def main() -> None:
    """The command of this file's head."""
    from gan_models.classifiers.checkpoints import CHECKPOINTS
    from gan_models.core.device import pick_device
    from gan_models.core.store import load_network
    from gan_models.data.unpaired_data import load_part

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(".data"), help="horse2zebra.zip, its folder, or a like one")
    parser.add_argument("--features", type=Path, help="SqueezeNet 1.1 as safetensors; else torchvision fetches it")
    parser.add_argument("--weights", type=Path, nargs="*", default=[CHECKPOINTS_DIR], help="folders of pairs")
    parser.add_argument("--names", nargs=2, default=["horse", "zebra"])
    parser.add_argument("--boxes", type=Path, help=f"marks of animals, such as {BOXES.name} beside this file")
    parser.add_argument("--once", action="store_true", help="no second look at what the networks overlook")
    parser.add_argument("--device", default="auto")
    args = parser.parse_args()
    ways = [twice if name in KINDS and not args.once else nn.Module.__call__ for name in args.names]
    device, (a, b) = pick_device(args.device), args.names
    feature_extractor = load_squeezenet(args.features).to(device)
    classifier = load_network(CHECKPOINTS["thing-classifier"], "embedded")[0].to(device)

    def measure(pictures: Tensor, kind: int) -> list[str]:
        """FD, KD and things FD of pictures to all training pictures of a kind."""
        fd, kd = squeeze_distances(describe(feature_extractor, [pictures], device)[0], known[kind])
        things = frechet_distance(describe_as_things(classifier, pictures, device), known_things[kind])
        return [f"{fd:.0f}", f"{kd:.0f}", f"{things:.2f}"]

    train = [load_part(args.data, part) for part in ("trainA", "trainB")]
    test = [load_part(args.data, part) for part in ("testA", "testB")]
    known = describe(feature_extractor, train, device)
    known_things = [describe_as_things(classifier, kind, device) for kind in train]
    row = "{:<44} {:>7} {:>7} {:>9} {:>10} {:>12} {:>8}".format
    print(row("", "FD", "KD", "things FD", "cycle SSIM", "SSIM to input", "changed"))
    for kind, name in ((1, f"{a} to {b}"), (0, f"{b} to {a}")):
        sources = test[1 - kind]
        for title, shown in (("floor: real test pictures", test[kind]), ("ceiling: unchanged", sources)):
            print(row(f"{name}, {title}", *measure(shown, kind), "", "", ""))
        for folder in args.weights:
            there, back = open_both(folder, args.names, kind, device)
            translated = translate_all(there, sources, device, ways[kind])
            again, gone = cycle_similarity(back, sources, translated, device)
            share = mask_share(there, sources, device)
            figures = measure(translated, kind)
            figures += [f"{again:.3f}", f"{gone:.3f}", "" if share is None else f"{share:.0%}"]
            print(row(f"{name}, {folder.name}", *figures))
    if args.boxes:
        marked = [read_boxes(args.boxes, part) for part in ("testA", "testB")]
        row = "{:<44} {:>8} {:>7} {:>8} {:>9} {:>8} {:>6} {:>8} {:>12}".format
        print(row("", "outside", "inside", "out/in", "contrast:", "of made", "real", "KD: made", "same meadow"))
        for kind, name in ((1, f"{a} to {b}"), (0, f"{b} to {a}")):
            here, goal = (test[k][marked[k].places] for k in (1 - kind, kind))
            inside = marked[1 - kind].inside
            for folder in args.weights:
                made = translate_all(open_both(folder, args.names, kind, device)[0], here, device, ways[kind])
                outer, inner = change_within(here, made, inside)
                looked = ((here, inside), (made, inside), (goal, marked[kind].inside))
                contrasts = [contrast_within(*pair) for pair in looked]
                parts = [apart(describe_places(feature_extractor, page, device), inside) for page, inside in looked]
                sets = parts[1][1] + parts[1][2], with_coats(parts[0], parts[2])
                kds = [squeeze_distances(features, known[kind])[1] for features in sets]
                print(row(f"{name}, {folder.name}", f"{outer:.2f}", f"{inner:.2f}", f"{outer / inner:.2f}",
                          *(f"{c:.3f}" for c in contrasts), *(f"{kd:.0f}" for kd in kds)))  # fmt: skip
    for folder in args.weights:
        discriminators = [open_network(folder / f"{name}_critic.safetensors").to(device) for name in args.names]
        right = 1 - guesses(discriminators, test[0], device), guesses(discriminators, test[1], device)
        print(
            f"{folder.name}: the critics guess {right[0]:.0%} of the {a} and {right[1]:.0%} of the {b} pictures right"
        )


def open_both(folder: Path, names: list[str], kind: int, device: torch.device) -> list[nn.Module]:
    """The translator into names[kind] from a folder, and the one back."""
    a, b = names[1 - kind], names[kind]
    return [open_network(folder / f"{way}.safetensors").to(device) for way in (f"{a}_to_{b}", f"{b}_to_{a}")]


if __name__ == "__main__":
    main()
