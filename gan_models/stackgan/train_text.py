"""Train the text encoder: ``python -m gan_models.stackgan.train_text --data DIR --minutes 4``.

A sentence's vector shall lie near the vectors of the pictures it is true of, and far from those of others (as in Reed
et al., 2016, "Learning deep representations of fine-grained visual descriptions", with the loss of van den Oord et al.,
2018). Pictures are seen through frozen SqueezeNet features. Of pictures with the same kind and colours none is wronged:
all of them count as right. Kind and colours must also be readable off the vector itself.

The vocabulary is written too: all words of the made sentences, and of people's those that come ten times.
"""

import random
from collections import Counter
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.core.squeezenet import load_squeezenet
from gan_models.data.celeba import to_signed
from gan_models.data.flower_kinds import COLOURS, KINDS
from gan_models.data.flowers import Flowers, load_flowers, told_colours
from gan_models.stackgan.networks import TEXT_DIM, TextEncoder
from gan_models.stackgan.text import VOCABULARY, as_numbers, split_words
from gan_models.training.loop import Run, parse_run
from gan_models.training.trainer import Trainer

OFTEN = 10
SEEN = 128  # pixels at which SqueezeNet sees a flower


def count_words(flowers: Flowers) -> list[str]:
    """The words worth knowing, in alphabetical order."""
    made = {word for sentences in flowers.sentences for s in sentences for word in split_words(s)}
    said = Counter(word for sentences in flowers.human.values() for s in sentences for word in split_words(s))
    return sorted(made | {word for word, times in said.items() if times >= OFTEN})


class PictureEncoder(nn.Module):
    """SqueezeNet's mean features (N, 512) to vectors (N, TEXT_DIM) of length 1; for training and measuring alone."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(512, 256), nn.LeakyReLU(0.2), nn.Dropout(0.2), nn.Linear(256, TEXT_DIM))

    def forward(self, features: Tensor) -> Tensor:
        """Features (N, 512) to vectors (N, TEXT_DIM)."""
        return F.normalize(self.body(features), dim=1)


class TextTrainer(Trainer):
    """Both encoders, and heads that read kind and colours."""

    name = "stackgan_text"

    def __init__(self, run: Run, args, train: Flowers, test: Flowers):
        super().__init__(run)
        self.args, self.flowers, self.test = args, train, test
        self.known = {word: n for n, word in enumerate(count_words(train), 1)}
        self.text, self.seeing = TextEncoder(len(self.known)), PictureEncoder()
        self.kind, self.colour = nn.Linear(TEXT_DIM, len(KINDS)), nn.Linear(TEXT_DIM, len(COLOURS))
        self.scale = nn.Linear(1, 1, bias=False)
        nn.init.constant_(self.scale.weight, 2.5)
        self.networks = {
            "text": self.text, "seeing": self.seeing, "kind": self.kind, "colour": self.colour, "scale": self.scale
        }  # fmt: skip
        learning = [p for n in self.networks.values() for p in n.parameters()]
        self.optimisers = {"optimise": torch.optim.AdamW(learning, betas=(0.9, 0.99), weight_decay=1e-4)}
        self.chance = random.Random(run.seed)
        extractor = load_squeezenet(args.features)
        self.features_of = {id(f): picture_features(extractor, f.pictures) for f in (train, test)}

    def rates(self, progress: float) -> dict[str, float]:
        return {"optimise": self.args.lr * min(1, (self.seen["steps"] + 1) / 50, 2.2 * (1 - progress) + 0.02)}

    def step(self, progress: float) -> dict[str, Tensor]:
        which = self.pick(len(self.flowers), self.args.batch)
        sentences = [self.flowers.sentence(i, self.chance) for i in which.tolist()]
        text = self.text(as_numbers(sentences, self.known))
        seen = self.seeing(self.features_of[id(self.flowers)][which])
        alike = text @ seen.T * self.scale.weight.exp().clamp_max(60)
        right = self.rightness(sentences, which)
        match = soft_loss(alike, right) + soft_loss(alike.T, right.T)
        kinds, named = self.flowers.kinds[which], self.names_kind(sentences, which)
        known = F.cross_entropy(self.kind(text * 12)[named], kinds[named]) if named.any() else text.sum() * 0
        tints = torch.tensor([[c in told_colours(s) for c in COLOURS] for s in sentences]).float()
        coloured = F.binary_cross_entropy_with_logits(self.colour(text * 12), tints)
        self.descend(self.optimisers["optimise"], match + known + coloured, longest=5.0)
        return {"match": match, "kind": known, "colour": coloured}

    def names_kind(self, sentences: list[str], which: Tensor) -> Tensor:
        """Which sentences (N,) name their picture's kind."""
        names = [KINDS[k] for k in self.flowers.kinds[which]]
        return torch.tensor([name in s for name, s in zip(names, sentences, strict=True)])

    def rightness(self, sentences: list[str], which: Tensor) -> Tensor:
        """Which of the pictures (columns) each sentence (rows) is true of, as far as its words say."""
        kinds, named = self.flowers.kinds[which], self.names_kind(sentences, which)
        colours = [frozenset(self.flowers.colours[i]) for i in which.tolist()]
        told = [told_colours(s) for s in sentences]
        same_kind = ~named[:, None] | (kinds[:, None] == kinds)
        same_colour = torch.tensor([[not t or t == c for c in colours] for t in told])
        return (same_kind & same_colour) | torch.eye(len(which), dtype=torch.bool)

    def weights(self) -> dict[str, nn.Module]:
        VOCABULARY.write_text("\n".join(self.known) + "\n", "utf8")
        return {"stackgan_text": self.text, "stackgan_seeing": self.seeing}

    @torch.no_grad()
    def report(self) -> str:
        """How often the right picture is the nearest of a hundred test pictures, and the sentence of a picture."""
        self.text.eval(), self.seeing.eval()
        chance, order = random.Random(1), torch.randperm(len(self.test), generator=torch.Generator().manual_seed(1))
        hits = tries = 0
        for page in order.split(100)[:8]:
            sentences = [f"a {' and '.join(self.test.colours[i])} {KINDS[self.test.kinds[i]]}" for i in page]
            alike = self.text(as_numbers(sentences, self.known)) @ self.seeing(self.features_of[id(self.test)][page]).T
            labels = [sentences.index(s) for s in sentences]
            hits += sum(sentences[best] == sentences[i] for i, best in enumerate(alike.argmax(0).tolist()))
            tries += len(labels)
        said = [self.test.sentence(i, chance) for i in range(len(self.test))]
        tints = [told_colours(s) for s in said]
        read = self.colour(self.text(as_numbers(said, self.known)) * 12) > 0
        good = [
            set(t) == {c for c, yes in zip(COLOURS, row, strict=True) if yes}
            for t, row in zip(tints, read, strict=True)
        ]
        self.text.train(), self.seeing.train()
        share = sum(good) / len(good)
        return f"test pictures: own sentence first of 100 {hits / tries:.3f}; colours read off sentences {share:.3f}"


def soft_loss(alike: Tensor, right: Tensor) -> Tensor:
    """Cross-entropy of similarities (N, N) in each row, all right ones alike."""
    wanted = right / right.sum(1, keepdim=True)
    return -(wanted * alike.log_softmax(1)).sum(1).mean()


@torch.no_grad()
def picture_features(extractor: nn.Module, pictures: Tensor) -> Tensor:
    """Pictures (N, 3, H, W) uint8 to SqueezeNet's mean features (N, 512)."""
    pages = (F.interpolate(to_signed(p), size=SEEN, mode="bilinear", align_corners=False) for p in pictures.split(64))
    return torch.cat([extractor(page)[-1].mean((2, 3)) for page in pages])


def options(parser) -> None:
    """Add what only this script asks for."""
    parser.add_argument("--features", type=Path, help="SqueezeNet 1.1 as safetensors; else torchvision fetches it")
    parser.add_argument("--batch", type=int, default=192)
    parser.add_argument("--lr", type=float, default=2e-3)


def main(argv: list[str] | None = None) -> TextTrainer:
    """The command of this file's head."""
    run, args = parse_run(__doc__, "flowers102_64.zip or the folder that holds it", 4, options, argv)
    return TextTrainer(run, args, load_flowers(run.data, "train"), load_flowers(run.data, "test")).train()


if __name__ == "__main__":
    main()
