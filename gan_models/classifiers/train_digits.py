"""Train the classifier of the digits: ``python -m gan_models.classifiers.train_digits --data DIR --minutes 12``.

An ordinary convolutional classifier on MNIST's training set, with small random rotations, shifts and scales. It sees
no generated digit. It keeps the average of its weights over the last steps, and prints its accuracy on the test set.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.classifiers.digits import DigitClassifier
from gan_models.data.mnist import load_mnist, to_signed
from gan_models.training.loop import MovingAverage, clock, parse_run, save_weights


def jitter(images: Tensor) -> Tensor:
    """Rotate by up to 12 degrees, scale by 12 %, shear by 0.15 and shift by 2 pixels; (N, 1, H, W)."""
    n = len(images)

    def spread(limit: float) -> Tensor:
        return (torch.rand(n, device=images.device) * 2 - 1) * limit

    angle, scale, shear = spread(0.21), 1 + spread(0.12), spread(0.15)
    cos, sin = torch.cos(angle) * scale, torch.sin(angle) * scale
    rows = [torch.stack([cos, shear - sin, spread(2 / 14)], 1), torch.stack([sin, cos, spread(2 / 14)], 1)]
    grid = F.affine_grid(torch.stack(rows, 1), list(images.shape), align_corners=False)
    return F.grid_sample(images + 1, grid, align_corners=False) - 1


@torch.inference_mode()
def accuracy(classifier: nn.Module, images: Tensor, labels: Tensor, batch: int = 500) -> float:
    """Share of uint8 images (N, 28, 28) that the classifier reads as their labels (N,)."""
    hits = sum(
        int((classifier(to_signed(x)).argmax(1) == y).sum())
        for x, y in zip(images.split(batch), labels.split(batch), strict=True)
    )
    return hits / len(labels)


def learn(images: Tensor, labels: Tensor, test: tuple[Tensor, Tensor], minutes: float, epochs: float, batch: int):
    """A classifier that learned from uint8 images (N, 28, 28) and labels (N,), its weights averaged; prints its
    accuracy."""
    device = images.device
    classifier = DigitClassifier().to(device, memory_format=torch.channels_last)
    average = MovingAverage(classifier, 0.998)
    optimiser = torch.optim.AdamW(classifier.parameters(), lr=2e-3, weight_decay=0.02)
    total = int(epochs * len(images) / batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, total_steps=total, pct_start=0.2)
    for step, _ in clock(minutes, "judge"):
        if step == total:
            break
        pick = torch.randint(len(images), (batch,), device=device)
        logits = classifier(jitter(to_signed(images[pick])))
        loss = F.cross_entropy(logits, labels[pick], label_smoothing=0.05)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        schedule.step()
        average.update(classifier, step)
        if (step + 1) % 500 == 0:
            print(f"\nstep {step + 1}: loss {loss.item():.3f}, test {accuracy(average.network, *test):.4%}", flush=True)
    print(f"accuracy on {len(test[1])} real test digits: {accuracy(average.network, *test):.2%}")
    return average.network


def options(parser) -> None:
    """How long :func:`learn` goes on."""
    parser.add_argument("--epochs", type=float, default=12)
    parser.add_argument("--batch", type=int, default=128)


def main() -> None:
    run, args = parse_run(__doc__, "folder with MNIST (downloaded into it where missing)", 30, options)
    train, test = (tuple(t.to(run.device) for t in load_mnist(run.data, train=part)) for part in (True, False))
    classifier = learn(*train, test, run.minutes, args.epochs, args.batch)
    save_weights(classifier, run.out / "digit_judge.safetensors", half=True)


if __name__ == "__main__":
    main()
