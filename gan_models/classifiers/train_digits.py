"""Train the judge of the digits: ``python -m gan_models.classifiers.train_digits --data DIR --minutes 12``.

An ordinary convolutional classifier on MNIST's training set, with small random rotations, shifts and scales. It sees
no generated digit. It keeps the average of its weights over the last steps, and prints its accuracy on the test set.
With ``--generated FILE`` it learns from digits that a generator wrote instead: the classification accuracy score of
Ravuri and Vinyals (2019), "Classification Accuracy Score for Conditional Generative Models".
"""

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.data.mnist import CLASSES
from gan_models.cgan.networks import DigitGenerator
from gan_models.classifiers.digits import DigitJudge
from gan_models.training.loop import MovingAverage, clock, parse_run, save_weights
from gan_models.data.mnist import load_mnist, to_signed


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
def accuracy(judge: nn.Module, images: Tensor, labels: Tensor, batch: int = 500) -> float:
    """Share of uint8 images (N, 28, 28) that the judge reads as their labels (N,)."""
    hits = sum(
        int((judge(to_signed(x)).argmax(1) == y).sum())
        for x, y in zip(images.split(batch), labels.split(batch), strict=True)
    )
    return hits / len(labels)


@torch.inference_mode()
def write_digits(generator: DigitGenerator, count: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """``count`` generated digits, classes in turn: (N, 28, 28) uint8 and labels (N,)."""
    labels = torch.arange(count, device=device) % CLASSES
    pages = [generator(torch.randn(len(y), generator.z_dim, device=device), y) for y in labels.split(500)]
    images = torch.cat(pages).squeeze(1).add(1).mul(127.5).round().clamp(0, 255).to(torch.uint8)
    return images, labels


def main() -> None:
    def extra(parser):
        parser.add_argument("--epochs", type=float, default=12)
        parser.add_argument("--batch", type=int, default=128)
        parser.add_argument("--generated", type=Path, help="learn from 60,000 digits of this generator instead")

    run, args = parse_run(__doc__, "folder with MNIST (downloaded into it where missing)", 30, extra)
    device = run.device
    test = tuple(t.to(device) for t in load_mnist(run.data, train=False))
    if args.generated:
        from gan_models.core.store import load_strictly

        generator = load_strictly(DigitGenerator(), args.generated).to(device)
        images, labels = write_digits(generator, 60_000, device)
    else:
        images, labels = (t.to(device) for t in load_mnist(run.data, train=True))

    judge = DigitJudge().to(device, memory_format=torch.channels_last)
    average = MovingAverage(judge, 0.998)
    optimiser = torch.optim.AdamW(judge.parameters(), lr=2e-3, weight_decay=0.02)
    total = int(args.epochs * len(images) / args.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, total_steps=total, pct_start=0.2)
    for step, _ in clock(run.minutes, "judge"):
        if step == total:
            break
        pick = torch.randint(len(images), (args.batch,), device=device)
        logits = judge(jitter(to_signed(images[pick])))
        loss = F.cross_entropy(logits, labels[pick], label_smoothing=0.05)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        schedule.step()
        average.update(judge, step)
        if (step + 1) % 500 == 0:
            print(f"\nstep {step + 1}: loss {loss.item():.3f}, test {accuracy(average.network, *test):.4%}", flush=True)
    print(f"accuracy on {len(test[1])} real test digits: {accuracy(average.network, *test):.2%}")
    if not args.generated:
        save_weights(average.network, run.out / "digit_judge.safetensors", half=True)


if __name__ == "__main__":
    main()
