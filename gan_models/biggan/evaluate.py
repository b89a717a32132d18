"""Score ten things: ``python -m gan_models.biggan.evaluate --data DIR --features FILE --twin FILE``.

As many pictures of each class as there are test pictures of it. What is said of them:

- how often the classifier, which saw real pictures alone, reads the class that was asked for; the same of the test
  pictures stands beside it;
- SqueezeNet-FD and KD to the test pictures; beside it those of as many training pictures, the floor;
- how near the nearest training picture is in SqueezeNet's features, beside how near it is to test pictures: copies
  would lie far nearer. With ``--nearest``, the pictures that lie nearest, side by side, to look at.

All of it once more with attention switched off, and with ``--twin`` for a generator trained likewise without any. The
generator met SqueezeNet's features in training, which flatters it in the second and third: look, too.
"""

import argparse
import copy
from pathlib import Path

import torch
from torch import Tensor, nn
from torchvision.utils import make_grid, save_image

from gan_models.biggan.networks import ThingGenerator
from gan_models.biggan.pipeline import ThingPipeline, biggan
from gan_models.core import latents
from gan_models.core.device import pick_device
from gan_models.core.squeezenet import load_squeezenet
from gan_models.core.store import load_strictly
from gan_models.data.celeba import to_signed
from gan_models.data.thing_names import THINGS
from gan_models.data.things import load_things
from gan_models.metrics.squeezenet import squeeze_distances, squeeze_features

PAGE = 100
SHOWN = 20  # made pictures beside their nearest training pictures


@torch.inference_mode()
def paint(generator: nn.Module, device: torch.device, classes: Tensor, truncation: float = 1.0) -> Tensor:
    """A picture (N, 3, 32, 32) on the CPU for each class (N,); seed k for class k."""
    z = truncation * latents.seeded_noise(list(range(len(classes))), ThingGenerator.z_dim)
    pages = zip(z.split(PAGE), classes.split(PAGE), strict=True)
    return torch.cat([generator(a.to(device), b.to(device)).cpu() for a, b in pages])


def without_attention(generator: ThingGenerator) -> ThingGenerator:
    """A copy that paints as if nothing had been found at the places it looked at."""
    blind = copy.deepcopy(generator)
    blind.attention.share.data.zero_()
    return blind


def read_right(pipeline: ThingPipeline, pictures: Tensor, classes: Tensor) -> float:
    """Share of pictures in which the classifier sees their class."""
    seen = [reading.things[0][0] for page in pictures.split(PAGE) for reading in pipeline.read(page)]
    return sum(THINGS[k] == name for k, name in zip(classes.tolist(), seen, strict=True)) / len(seen)


def nearest(features: Tensor, training: Tensor) -> tuple[Tensor, Tensor]:
    """Distance of features (N, D) to the nearest of training's (M, D), and which that is."""
    found = torch.cdist(features, training).min(1)
    return found.values, found.indices


def main() -> None:
    """The command of this file's head."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--data", type=Path, required=True, help="cifar10.zip or the folder that holds it")
    add("--features", type=Path, help="SqueezeNet 1.1 as safetensors; else torchvision fetches it")
    add("--weights", type=Path, help="a generator's weights in place of those that ship")
    add("--twin", type=Path, help="weights of the one without attention")
    add("--count", type=int, default=5000, help="how many pictures")
    add("--truncation", type=float, default=1.0)
    add("--nearest", type=Path, help="write made pictures and their nearest training pictures here")
    add("--device", default="auto")
    args = parser.parse_args()
    (train, _), (test, classes) = (load_things(args.data, part) for part in ("train", "test"))
    order = torch.randperm(len(test), generator=torch.Generator().manual_seed(0))[: args.count]
    test, classes = test[order], classes[order]
    some = train[torch.randperm(len(train), generator=torch.Generator().manual_seed(0))[: len(test)]]
    device = pick_device(args.device)
    pipeline, extractor = biggan(device, "embedded"), load_squeezenet(args.features)
    generators = {"made": pipeline.generator}
    if args.weights:
        generators["made"] = load_strictly(ThingGenerator(), args.weights).to(device)
    generators["made, attention off"] = without_attention(generators["made"])
    if args.twin:
        generators["made without attention"] = load_strictly(ThingGenerator(attention=False), args.twin).to(device)
    pictures = {name: paint(network, device, classes, args.truncation) for name, network in generators.items()}
    pictures |= {"training": to_signed(some), "test": to_signed(test)}
    seen = {name: squeeze_features(extractor, batch) for name, batch in pictures.items()}
    print(f"{len(test)} pictures of each kind, truncation {args.truncation:g}\n")
    for name, batch in pictures.items():
        line = "" if name == "training" else f"class read right {read_right(pipeline, batch, classes):.1%}; "
        if name != "test":
            fd, kd = squeeze_distances(seen[name], seen["test"])
            line += f"SqueezeNet-FD {fd:.0f}, KD {kd:.0f}; "
        if name != "training":
            far, _ = nearest(seen[name], seen["training"])
            line += f"nearest of {len(some)} training pictures: median {far.median():.1f}, least {far.min():.1f}"
        print(f"{name}: {line}")
    if args.nearest:
        far, which = nearest(seen["made"], seen["training"])
        closest = far.argsort()[:SHOWN]
        pairs = torch.cat([pictures["made"][closest], pictures["training"][which[closest]]])
        save_image(make_grid(pairs, nrow=SHOWN, padding=2, normalize=True, value_range=(-1, 1)), args.nearest)


if __name__ == "__main__":
    main()
