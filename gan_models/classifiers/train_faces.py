"""Train the classifier of the faces: ``python -m gan_models.classifiers.train_faces --data DIR --minutes 20``.

An ordinary convolutional classifier of six attributes on CelebA's labelled faces, with small shifts, scales, mirrors,
and changes of light. It sees no generated face. What nobody labelled is left out of the loss.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.classifiers.faces import FaceClassifier
from gan_models.data.celeba import ATTRIBUTES, flip_half, load_faces, to_signed
from gan_models.training.loop import MovingAverage, clock, parse_run, save_weights


def jitter(images: Tensor) -> Tensor:
    """Scale by up to 8 %, shift by 3 pixels, mirror, change brightness and contrast; (N, 3, H, W) in [-1, 1]."""
    n = len(images)

    def spread(limit: float) -> Tensor:
        return (torch.rand(n, device=images.device) * 2 - 1) * limit

    scale, zero = 1 + spread(0.08), torch.zeros(n, device=images.device)
    rows = [torch.stack([scale, zero, spread(0.1)], 1), torch.stack([zero, scale, spread(0.1)], 1)]
    grid = F.affine_grid(torch.stack(rows, 1), list(images.shape), align_corners=False)
    moved = F.grid_sample(flip_half(images), grid, padding_mode="reflection", align_corners=False)
    lit = moved * (1 + spread(0.2)).view(-1, 1, 1, 1) + spread(0.2).view(-1, 1, 1, 1)
    return lit.clamp(-1, 1).contiguous(memory_format=torch.channels_last)


def known_loss(logits: Tensor, labels: Tensor, smoothing: float = 0.02) -> Tensor:
    """Mean cross-entropy of logits (N, K) over those labels (N, K) that are known; not-a-number means unknown."""
    known = ~labels.isnan()
    target = labels.nan_to_num().clamp(smoothing, 1 - smoothing)
    loss = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
    return (loss * known).sum() / known.sum().clamp_min(1)


@torch.inference_mode()
def accuracies(classifier: nn.Module, faces: Tensor, labels: Tensor, batch: int = 200) -> Tensor:
    """Share of right answers (K,) for uint8 faces (N, 3, 64, 64), unknown labels left out."""
    answers = torch.cat([classifier(to_signed(x)) > 0 for x in faces.split(batch)])
    known = ~labels.isnan()
    return ((answers == (labels > 0.5)) & known).sum(0) / known.sum(0)


def report(classifier: nn.Module, faces: Tensor, labels: Tensor) -> str:
    shares = accuracies(classifier, faces, labels).tolist()
    return ", ".join(f"{name} {share:.1%}" for name, share in zip(ATTRIBUTES, shares, strict=True))


def main() -> None:
    def extra(parser):
        parser.add_argument("--epochs", type=float, default=8)
        parser.add_argument("--batch", type=int, default=64)

    run, args = parse_run(__doc__, "celeba64.zip or the folder that holds it", 20, extra)
    device = run.device
    faces, labels = (t.to(device) for t in load_faces(run.data, "train"))
    test = tuple(t.to(device) for t in load_faces(run.data, "test"))

    classifier = FaceClassifier().to(device, memory_format=torch.channels_last)
    average = MovingAverage(classifier, 0.998)
    optimiser = torch.optim.AdamW(classifier.parameters(), lr=2e-3, weight_decay=0.03)
    total = int(args.epochs * len(faces) / args.batch)
    for step, progress in clock(run.minutes, "judge"):
        progress = max(progress, step / total)
        if step == total:
            break
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * min(1, step / 200, 2 * (1 - progress) + 0.01)
        pick = torch.randint(len(faces), (args.batch,), device=device)
        loss = known_loss(classifier(jitter(to_signed(faces[pick]))), labels[pick])
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        average.update(classifier, step)
        if (step + 1) % 500 == 0:
            print(f"\nstep {step + 1}: loss {loss.item():.3f}; {report(average.network, *test)}", flush=True)
            save_weights(average.network, run.out / "face_judge.safetensors", half=True)
    save_weights(average.network, run.out / "face_judge.safetensors", half=True)
    print(f"accuracy on {len(test[0])} real test faces: {report(average.network, *test)}")


if __name__ == "__main__":
    main()
