"""Score flowers from words: ``python -m gan_models.stackgan.evaluate --data DIR --features FILE``.

For each test picture one sentence that is true of it is painted. What is said of the result:

- how often the classifier, which saw real flowers alone, reads the asked colour, and has the asked kind among five; the
  same of the photographs themselves stands beside it;
- SqueezeNet-FD and KD to the test photographs; beside it those of as many training photographs, the floor;
- R-precision (Xu et al., 2018): how often a picture's own sentence, with colour and kind, is nearest of a hundred. With
  ``--seeing``, the picture encoder that :mod:`gan_models.stackgan.train_text` trains beside the text encoder;
- how near the nearest training photograph is in SqueezeNet's features, beside how near it is to test photographs.

The generator met SqueezeNet's features in training, which flatters it in the second and the third: look, too.
"""

import argparse
import random
from pathlib import Path

import torch
from torch import Tensor
from torchvision.utils import make_grid, save_image

from gan_models.core.device import pick_device
from gan_models.core.squeezenet import load_squeezenet
from gan_models.core.store import load_strictly
from gan_models.data.celeba import to_signed
from gan_models.data.flower_kinds import COLOURS, KINDS
from gan_models.data.flowers import Flowers, load_flowers, told_colours
from gan_models.metrics.squeezenet import squeeze_distances, squeeze_features
from gan_models.stackgan.pipeline import FlowerPipeline, stackgan
from gan_models.stackgan.train_text import PictureEncoder, picture_features

PAGE = 50


def paint(pipeline: FlowerPipeline, sentences: list[str]) -> tuple[Tensor, Tensor]:
    """A draft and a picture, (N, 3, 32, 32) and (N, 3, 64, 64), for each sentence, seed k for sentence k."""
    pages = []
    for at in range(0, len(sentences), PAGE):
        part = sentences[at : at + PAGE]
        text = torch.stack([pipeline.encode(sentence) for sentence in part])
        pages.append(pipeline.render(text, list(range(at, at + len(part)))))
    drafts, pictures = (torch.cat(each) for each in zip(*pages, strict=True))
    return drafts, pictures


def read_right(
    pipeline: FlowerPipeline, pictures: Tensor, sentences: list[str], flowers: Flowers
) -> tuple[float, float]:
    """Shares of pictures in which the asked colour is read, where one was asked, and the asked kind among five."""
    seen = [reading for page in pictures.split(PAGE) for reading in pipeline.read(page)]
    colours, kinds = [], []
    for reading, sentence, kind in zip(seen, sentences, flowers.kinds.tolist(), strict=True):
        if asked := told_colours(sentence):
            colours.append(reading.colour in asked)
        if KINDS[kind] in sentence:
            kinds.append(KINDS[kind] in [name for name, _ in reading.kinds])
    return sum(colours) / len(colours), sum(kinds) / len(kinds)


@torch.inference_mode()
def r_precision(pipeline: FlowerPipeline, seeing: PictureEncoder, features: Tensor, sentences: list[str]) -> float:
    """How often a picture's own sentence, or one with the same words, is the nearest of a hundred."""
    text, seen, chance, hits = (
        torch.stack([pipeline.encode(s) for s in sentences]),
        seeing(features),
        random.Random(0),
        0,
    )
    for i, sentence in enumerate(sentences):
        others = chance.sample([k for k, s in enumerate(sentences) if s != sentence], 99)
        hits += int((text[[i, *others]] @ seen[i]).argmax() == 0)
    return hits / len(sentences)


def nearest(features: Tensor, training: Tensor) -> tuple[float, float]:
    """Median and least distance of features (N, D) to the nearest of training's (M, D)."""
    least = torch.cdist(features, training).min(1).values
    return least.median().item(), least.min().item()


def main() -> None:
    """The command of this file's head."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="flowers102_64.zip or the folder that holds it")
    parser.add_argument("--features", type=Path, help="SqueezeNet 1.1 as safetensors; else torchvision fetches it")
    parser.add_argument("--seeing", type=Path, help="the picture encoder's weights, for R-precision")
    parser.add_argument("--count", type=int, default=815, help="how many of the test pictures")
    parser.add_argument("--sheet", type=Path, help="write drafts and pictures of the first 60 sentences here")
    parser.add_argument("--device", default="auto")
    args = parser.parse_args()
    train, test = (load_flowers(args.data, part) for part in ("train", "test"))
    order = torch.randperm(len(test), generator=torch.Generator().manual_seed(0))[: args.count]
    test = Flowers(
        test.pictures[order], test.kinds[order], [test.colours[i] for i in order],
        [test.sentences[i] for i in order], test.human,
    )  # fmt: skip
    pipeline, chance = stackgan(pick_device(args.device), "embedded"), random.Random(0)
    sentences = [test.sentence(i, chance) for i in range(len(test))]
    drafts, made = paint(pipeline, sentences)
    real = to_signed(test.pictures)
    some = torch.randperm(len(train), generator=torch.Generator().manual_seed(0))[: len(test)]
    extractor = load_squeezenet(args.features)
    seen = {
        "painted": squeeze_features(extractor, made), "test": squeeze_features(extractor, real),
        "training": squeeze_features(extractor, to_signed(train.pictures[some])),
        "drafts": squeeze_features(extractor, drafts),
    }  # fmt: skip
    print(f"{len(test)} sentences\n")
    for name, pictures in (("painted", made), ("photographs", real)):
        colour, kind = read_right(pipeline, pictures, sentences, test)
        print(f"{name}: colour read right {colour:.1%} of {len(COLOURS)}, kind among five {kind:.1%} of {len(KINDS)}")
    for name in ("painted", "drafts", "training"):
        fd, kd = squeeze_distances(seen[name], seen["test"])
        print(f"{name}: SqueezeNet-FD {fd:.0f}, KD {kd:.0f}")
    for name in ("painted", "test"):
        middle, least = nearest(seen[name], seen["training"])
        print(f"{name}: nearest of {len(some)} training photographs, median {middle:.1f}, least {least:.1f}")
    if args.seeing:
        seeing, some = load_strictly(PictureEncoder(), args.seeing), range(0, len(test), 2)
        whole = [f"a {' and '.join(test.colours[i])} {KINDS[test.kinds[i]]}" for i in some]
        for name, pictures in (("painted", paint(pipeline, whole)[1]), ("photographs", real[list(some)])):
            page = ((pictures + 1) * 127.5).round().byte()
            share = r_precision(pipeline, seeing, picture_features(extractor, page), whole)
            print(f"{name}: sentence with colour and kind first of 100 in {share:.1%}; chance 1 %")
    if args.sheet:
        small = torch.nn.functional.interpolate(drafts[:60], scale_factor=2)
        rows = [t for a, b in zip(small.split(12), made[:60].split(12), strict=True) for t in (a, b)]
        save_image(make_grid(torch.cat(rows), nrow=12, padding=2, normalize=True, value_range=(-1, 1)), args.sheet)


if __name__ == "__main__":
    main()
