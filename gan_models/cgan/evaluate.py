"""Score the digit GAN: ``python -m gan_models.cgan.evaluate --data DIR``.

Prints how many of 10,000 generated digits (1,000 a class) the classifier reads as asked, over all and for the worst
class; the Frechet distance between them and the real test digits in the classifier's features, beside the floor that
10,000 real training digits reach; and whether one style writes ten digits alike.
"""

import argparse
from pathlib import Path

import torch
from torch import Tensor

from gan_models.cgan.pipeline import DigitPipeline
from gan_models.cgan.strokes import STYLE_NAMES, measure_strokes
from gan_models.data.mnist import CLASSES
from gan_models.metrics.scores import frechet_distance


@torch.inference_mode()
def classifier_features(pipeline: DigitPipeline, digits: Tensor) -> tuple[Tensor, Tensor]:
    """The classifier's features (N, 128) and what it reads (N,) of digits (N, 1, 28, 28) in [-1, 1]."""
    features = torch.cat([pipeline.classifier.features(page.to(pipeline.device)) for page in digits.split(500)])
    return features.cpu(), pipeline.classifier.head(features).argmax(1).cpu()


def label_accuracy(read: Tensor, labels: Tensor) -> tuple[float, Tensor]:
    """Share of labels (N,) that were read right, over all, and for each class (10,)."""
    right = (read == labels).double()
    each = torch.stack([right[labels == c].mean() for c in range(CLASSES)])
    return right.mean().item(), each


def one_style(measured: Tensor) -> Tensor:
    """How alike one style writes the classes: measured (styles, classes, K) to (K,), from 0 to 1.

    For each quantity, the mean correlation over styles between one class and the mean of the nine others.
    """
    standard = (measured - measured.mean(0)) / measured.std(0).clamp_min(1e-8)
    others = (standard.sum(1, keepdim=True) - standard) / (standard.shape[1] - 1)
    others = (others - others.mean(0)) / others.std(0).clamp_min(1e-8)
    return (standard * others).mean((0, 1))


def main() -> None:
    """The command of this file's head."""
    from gan_models import load
    from gan_models.data.mnist import load_mnist, to_signed

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(".data"), help="folder with MNIST")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--generator", type=Path, help="another generator's weights in our layout")
    args = parser.parse_args()
    pipeline = load("digits", weights="embedded")
    if args.generator:
        from gan_models.cgan.networks import DigitGenerator
        from gan_models.core.store import load_strictly

        pipeline.generator = load_strictly(DigitGenerator(), args.generator).to(pipeline.device)
    noise = torch.Generator().manual_seed(args.seed)
    labels = torch.arange(10_000) % CLASSES
    made = torch.cat(
        [pipeline.draw(torch.randn(len(y), pipeline.z_dim, generator=noise), y) for y in labels.split(500)]
    )
    features, read = classifier_features(pipeline, made)
    total, each = label_accuracy(read, labels)
    print(f"label accuracy on 10,000 generated digits: {total:.2%}, worst class {each.min():.2%} ({each.argmin()})")

    test, _ = load_mnist(args.data, train=False)
    train, _ = load_mnist(args.data, train=True)
    real, _ = classifier_features(pipeline, to_signed(test))
    pick = torch.randperm(len(train), generator=noise)[:10_000]
    floor, _ = classifier_features(pipeline, to_signed(train[pick]))
    print(
        f"Frechet distance in the judge's features, against 10,000 test digits: generated "
        f"{frechet_distance(features, real):.2f}, training digits (floor) {frechet_distance(floor, real):.2f}"
    )
    vectors = torch.randn(200, pipeline.z_dim, generator=noise)
    walls = pipeline.draw(vectors.repeat_interleave(CLASSES, 0), torch.arange(CLASSES).repeat(200))
    alike = one_style(measure_strokes(walls).view(200, CLASSES, 3))
    named = zip(STYLE_NAMES[:3], alike.tolist(), strict=True)
    print("one style (correlation between classes):", ", ".join(f"{name} {value:.2f}" for name, value in named))
    real_digits, real_labels = to_signed(test[:1000]), load_mnist(args.data, train=False)[1][:1000]
    for name, pictures, classes in (("generated", made[:1000], labels[:1000]), ("real", real_digits, real_labels)):
        belief = torch.tensor(pipeline.realness(pictures, classes.tolist()))
        low, middle, high = belief.quantile(torch.tensor([0.1, 0.5, 0.9])).tolist()
        print(
            f"discriminator's belief in 1,000 {name} digits: median {middle:.0%}, 80 % lie from {low:.0%} to {high:.0%}"
        )


if __name__ == "__main__":
    main()
