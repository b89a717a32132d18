"""Score the face GAN: ``python -m gan_models.dcgan.evaluate --data DIR --features FILE``.

Prints, for 5,000 samples, the SqueezeNet-FD and KD to the 2,181 test faces beside the floor (5,000 training faces)
and any other generator given with ``--beside``; the Frechet distance in the classifier's features, which no network was
trained against; the share of each attribute in samples and in test faces; and how far samples are from their nearest
training face, beside how far test faces are: a generator that memorises would come closer.
"""

import argparse
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from gan_models.classifiers.faces import FaceClassifier
from gan_models.core.squeezenet import load_squeezenet
from gan_models.core.store import CHECKPOINTS_DIR, load_strictly
from gan_models.data.celeba import ATTRIBUTES
from gan_models.dcgan.networks import DCGANGenerator
from gan_models.metrics.scores import frechet_distance
from gan_models.metrics.squeezenet import squeeze_distances, squeeze_features


@torch.inference_mode()
def draw_faces(generator: DCGANGenerator, count: int, seed: int) -> Tensor:
    """``count`` samples (N, 3, 64, 64), rounded to the 256 levels of a picture."""
    noise = torch.randn(count, generator.z_dim, generator=torch.Generator().manual_seed(seed))
    return torch.cat([to_levels(generator(z)) for z in noise.split(100)])


def to_levels(pictures: Tensor) -> Tensor:
    """Pictures in [-1, 1], rounded to the 256 levels of a picture file; any shape."""
    return pictures.add(1).mul(127.5).round().clamp(0, 255).div(127.5).sub(1)


@torch.inference_mode()
def classified(classifier: FaceClassifier, pictures: Tensor) -> tuple[Tensor, Tensor]:
    """The classifier's features (N, 192) and probabilities (N, 6)."""
    features = torch.cat([classifier.features(page) for page in pictures.split(100)])
    return features, classifier.head(features).sigmoid()


def nearest(rows: Tensor, others: Tensor, apart: bool = False) -> Tensor:
    """Distance of each row (N, D) to the nearest of the others (M, D); ``apart`` leaves out the row itself."""
    found = []
    for index, page in enumerate(rows.split(500)):
        distances = torch.cdist(page, others, compute_mode="donot_use_mm_for_euclid_dist")
        if apart:
            distances[torch.arange(len(page)), torch.arange(len(page)) + 500 * index] = torch.inf
        found.append(distances.min(1).values)
    return torch.cat(found)


def quantiles(distances: Tensor) -> str:
    """The smallest and the median of distances (N,), in words."""
    low, middle = torch.quantile(distances, torch.tensor([0.0, 0.5])).tolist()
    return f"smallest {low:.2f}, median {middle:.2f}"


def main() -> None:
    """The command of this file's head."""
    from gan_models.data.celeba import load_faces, to_signed

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(".data"), help="celeba64.zip or its folder")
    parser.add_argument("--features", type=Path, help="SqueezeNet 1.1 as safetensors; else torchvision fetches it")
    parser.add_argument("--generator", type=Path, default=CHECKPOINTS_DIR / "faces_generator.safetensors")
    parser.add_argument("--judge", type=Path, default=CHECKPOINTS_DIR / "face_judge.safetensors")
    parser.add_argument("--beside", type=Path, nargs="*", default=[], help="other generators in our layout")
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cache", type=Path, help="keep the real faces' features in this file")
    args = parser.parse_args()
    feature_extractor = load_squeezenet(args.features)
    classifier = load_strictly(FaceClassifier(), args.judge)

    if args.cache and args.cache.is_file():
        known = load_file(args.cache)
    else:
        known = {}
        train, test = (to_signed(load_faces(args.data, part)[0]) for part in ("train", "test"))
        order = torch.randperm(len(train), generator=torch.Generator().manual_seed(args.seed))
        known["test"], known["floor"] = (
            squeeze_features(feature_extractor, test),
            squeeze_features(feature_extractor, train[order[: args.count]]),
        )
        known["judged_test"], known["shares"] = classified(classifier, test)
        known["judged_train"], _ = classified(classifier, train)
        known["order"] = order
        if args.cache:
            save_file({k: v.contiguous() for k, v in known.items()}, args.cache)
    floor = squeeze_distances(known["floor"], known["test"])
    classified_floor = frechet_distance(known["judged_train"][known["order"][: args.count]], known["judged_test"])
    print(
        f"floor, {args.count} training faces: FD {floor[0]:.0f}, KD {floor[1]:.0f}; judge's FD {classified_floor:.2f}"
    )
    to_train = nearest(known["judged_test"], known["judged_train"])
    print(f"test faces to the nearest training face, judge's features: {quantiles(to_train)}")
    shares = dict(zip(ATTRIBUTES, (known["shares"] > 0.5).float().mean(0).tolist(), strict=True))
    print("judge's shares in test faces: " + ", ".join(f"{k} {v:.0%}" for k, v in shares.items()))

    for path in (args.generator, *args.beside):
        generator = load_strictly(DCGANGenerator(), path)
        made = draw_faces(generator, args.count, args.seed)
        fd, kd = squeeze_distances(squeeze_features(feature_extractor, made), known["test"])
        features, said = classified(classifier, made)
        far = frechet_distance(features, known["judged_test"])
        print(f"\n{path.name}: FD {fd:.0f}, KD {kd:.0f}; judge's FD {far:.2f}")
        print("judge's shares: " + ", ".join(
            f"{k} {v:.0%}" for k, v in zip(ATTRIBUTES, (said > 0.5).float().mean(0).tolist(), strict=True)
        ))  # fmt: skip
        print(f"samples to the nearest training face: {quantiles(nearest(features, known['judged_train']))}")
        print(f"samples to the nearest other sample: {quantiles(nearest(features, features, apart=True))}")


if __name__ == "__main__":
    main()
