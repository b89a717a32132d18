"""Score the style-based face GAN: ``python -m gan_models.stylegan.evaluate --data DIR --features FILE``.

Prints, for 5,000 samples, the SqueezeNet-FD and KD to the 1,000 test faces beside the floor (5,000 training faces), and
the same in the face classifier's features, which took no part in the training; how far samples are from their nearest
training face beside how far test faces are; and which share of the test faces has a sample nearer than its nearest
training face, beside the share that samples would have if they were training faces: halves of these are compared.

Writes two sheets: ``stylegan_seeds.png``, 100 fresh seeds at the truncation of the page, to be counted; and
``stylegan_nearest.png``, samples (above) and their nearest training faces (below).
"""

import argparse
from pathlib import Path

import torch
from torch import Tensor
from torchvision.utils import save_image

from gan_models.classifiers.faces import FaceClassifier, as_heads
from gan_models.core import latents
from gan_models.core.squeezenet import SqueezeNetFeatures, load_squeezenet
from gan_models.core.store import CHECKPOINTS_DIR, load_strictly
from gan_models.data.celeba import to_signed
from gan_models.data.portraits import load_portraits
from gan_models.metrics.scores import frechet_distance
from gan_models.metrics.squeezenet import squeeze_distances, squeeze_features
from gan_models.stylegan.directions import SIZES
from gan_models.stylegan.networks import StyleGANGenerator

SHEET = 100
SHOWN = 24  # samples beside their nearest training faces
TRUNCATION = 0.7  # of the page


@torch.inference_mode()
def draw_faces(generator: StyleGANGenerator, count: int, seed: int, truncation: float = 1.0) -> Tensor:
    """``count`` samples without noise (N, 3, R, R), rounded to the 256 levels of a picture."""
    noise = torch.randn(count, generator.z_dim, generator=torch.Generator().manual_seed(seed))
    made = (generator(z, truncation).clamp(-1, 1) for z in noise.split(50))
    return torch.cat([page.add(1).mul(127.5).round().div(127.5).sub(1) for page in made])


class Looks:
    """Pictures (N, 3, S, S) to features: SqueezeNet's (N, 512), and the face classifier's (N, 192)."""

    def __init__(self, extractor: SqueezeNetFeatures, classifier: FaceClassifier):
        self.extractor, self.classifier = extractor, classifier

    @torch.inference_mode()
    def __call__(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        judged = torch.cat([self.classifier.features(as_heads(page)) for page in pictures.split(100)])
        return squeeze_features(self.extractor, pictures), judged


def nearest(rows: Tensor, others: Tensor) -> tuple[Tensor, Tensor]:
    """Distance of each row (N, D) to the nearest of the others (M, D), and which that is."""
    found = [torch.cdist(page, others).min(1) for page in rows.split(500)]
    return torch.cat([f.values for f in found]), torch.cat([f.indices for f in found])


def coverage(test: Tensor, made: Tensor, train: Tensor) -> float:
    """The share of test rows with a made row nearer than the nearest training row; a half where both are as good."""
    return (nearest(test, made)[0] < nearest(test, train)[0]).float().mean().item()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(".data"), help="faces128.zip or its folder")
    parser.add_argument("--features", type=Path, help="SqueezeNet 1.1 as safetensors; else torchvision fetches it")
    parser.add_argument("--weights", type=Path, default=CHECKPOINTS_DIR, help="folder of the generator")
    parser.add_argument("--size", type=int, choices=SIZES, default=SIZES[-1], help="height and width of its faces")
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sheets", type=Path, default=Path("runs"), help="where the two sheets are written")
    args = parser.parse_args()
    generator = load_strictly(StyleGANGenerator(args.size), args.weights / "stylegan_generator.safetensors")
    classifier = load_strictly(FaceClassifier(), CHECKPOINTS_DIR / "face_judge.safetensors")
    look = Looks(load_squeezenet(args.features), classifier)

    train = load_portraits(args.data, "train")
    order = torch.randperm(len(train), generator=torch.Generator().manual_seed(args.seed))[: args.count]
    train = train[order]
    test, floor = (look(to_signed(p)) for p in (load_portraits(args.data, "test"), train))
    made = draw_faces(generator, args.count, args.seed)
    seen = look(made)
    for name, (ours, real) in {"samples": (seen, test), "floor, training faces": (floor, test)}.items():
        fd, kd = squeeze_distances(ours[0], real[0])
        print(f"{len(ours[0])} {name}: SqueezeNet-FD {fd:.0f}, KD {kd:.0f}; "
              f"Frechet distance in the classifier's features {frechet_distance(ours[1], real[1]):.2f}")  # fmt: skip

    for k, name in enumerate(("SqueezeNet's features", "the classifier's features")):
        to_train, which = nearest(seen[k], floor[k])
        from_test = nearest(test[k], floor[k])[0]
        print(f"{name}: to the nearest training face: samples {low_and_middle(to_train)}; "
              f"test faces {low_and_middle(from_test)}")  # fmt: skip
        half = len(floor[k]) // 2
        ours, theirs = (
            coverage(test[k], seen[k][:half], floor[k][:half]),
            coverage(test[k], floor[k][half:], floor[k][:half]),
        )
        print(
            f"  test faces nearer to a sample than to a training face: {ours:.0%}; other training faces: {theirs:.0%}"
        )
        if k == 0:
            closest = to_train.argsort()[:SHOWN]
            pairs = torch.cat([made[closest], to_size(to_signed(train[which[closest]]), args.size)])
    args.sheets.mkdir(parents=True, exist_ok=True)
    save_image((pairs + 1) / 2, args.sheets / "stylegan_nearest.png", nrow=SHOWN // 2)
    with torch.inference_mode():
        z = latents.seeded_noise(list(range(args.seed + 1000, args.seed + 1000 + SHEET)), generator.z_dim)
        save_image((generator(z, TRUNCATION).clamp(-1, 1) + 1) / 2, args.sheets / "stylegan_seeds.png", nrow=10)


def to_size(pictures: Tensor, size: int) -> Tensor:
    """Pictures (N, 3, S, S) to ``size``, averaged."""
    return torch.nn.functional.interpolate(pictures, size=(size, size), mode="area")


def low_and_middle(distances: Tensor) -> str:
    """The smallest and the median of distances (N,), in words."""
    low, middle = torch.quantile(distances, torch.tensor([0.0, 0.5])).tolist()
    return f"smallest {low:.2f}, median {middle:.2f}"


if __name__ == "__main__":
    main()
