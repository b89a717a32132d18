"""Train the classifier of the faces: ``python -m gan_models.classifiers.train_faces --data DIR --minutes 20``.

An ordinary convolutional classifier of six attributes on CelebA's labelled faces, with small shifts, scales, mirrors,
and changes of light. It sees no generated face. What nobody labelled is left out of the loss.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.classifiers.faces import FaceClassifier
from gan_models.data.celeba import ATTRIBUTES, flip_half, load_faces, to_signed
from gan_models.training.loop import MovingAverage, Run, parse_run
from gan_models.training.trainer import Trainer


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


class FaceClassifierTrainer(Trainer):
    """An ordinary classifier, its weights averaged.

    Args:
        faces: pictures (N, 3, 64, 64) uint8 and labels (N, 6) to learn from.
        test: likewise, of which the accuracies are logged.
    """

    name = "face_classifier"

    def __init__(self, run: Run, args, faces: tuple[Tensor, Tensor], test: tuple[Tensor, Tensor]):
        super().__init__(run)
        self.batch = args.batch
        self.faces, self.labels = (t.to(run.device) for t in faces)
        self.test = tuple(t.to(run.device) for t in test)
        self.classifier = self.place(FaceClassifier(), "face_judge")
        self.average = MovingAverage(self.classifier, 0.998)
        self.networks, self.averages = {"classifier": self.classifier}, {"average": self.average}
        self.optimisers = {"optimise": torch.optim.AdamW(self.classifier.parameters(), weight_decay=0.03)}
        self.last_step = int(args.epochs * len(self.faces) / self.batch)

    def rates(self, progress: float) -> dict[str, float]:
        return {"optimise": 2e-3 * min(1, self.seen["steps"] / 200, 2 * (1 - progress) + 0.01)}

    def step(self, progress: float) -> dict[str, Tensor]:
        pick = self.pick(len(self.faces), self.batch)
        loss = known_loss(self.classifier(jitter(to_signed(self.faces[pick]))), self.labels[pick])
        self.descend(self.optimisers["optimise"], loss)
        return {"loss": loss}

    def report(self) -> str:
        shares = accuracies(self.average.network, *self.test).tolist()
        found = ", ".join(f"{name} {share:.1%}" for name, share in zip(ATTRIBUTES, shares, strict=True))
        return f"accuracy on {len(self.test[0])} real test faces: {found}"

    def weights(self) -> dict[str, nn.Module]:
        return {"face_judge": self.average.network}


def options(parser) -> None:
    """Add what only this script asks for."""
    parser.add_argument("--epochs", type=float, default=8)
    parser.add_argument("--batch", type=int, default=64, help="faces a step, of each process")
    parser.add_argument("--save-steps", type=int, default=500, help="steps between checkpoints; 0 counts minutes")


def main(argv: list[str] | None = None) -> FaceClassifierTrainer:
    """The command of this file's head."""
    run, args = parse_run(__doc__, "celeba64.zip or the folder that holds it", 20, options, argv)
    return FaceClassifierTrainer(run, args, *(load_faces(run.data, part) for part in ("train", "test"))).train()


if __name__ == "__main__":
    main()
