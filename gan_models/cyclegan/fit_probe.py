"""Fit the probe that tells horses, zebras and all else apart: ``python -m gan_models.cyclegan.fit_probe --data DIR
--others PLACE ...``.

Reads the shipped translator, or one from ``--weights``. Horses and zebras are cropped, shrunk and mirrored at random,
so that neither size nor softness gives them away: what stands for all else comes from other data sets. In the end it
says what it makes of the test pictures.
"""

import argparse
import io
import random
import zipfile
from pathlib import Path

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

from gan_models.core.device import pick_device
from gan_models.cyclegan.detail import framed
from gan_models.cyclegan.pipeline import PIPELINES, open_pair
from gan_models.cyclegan.probe import KindProbe, describe, verdict
from gan_models.cyclegan.translator import Translator
from gan_models.training.loop import save_weights

SUFFIXES = (".webp", ".png", ".jpg", ".jpeg")
DECAY = 0.03


def pictures(place: Path, part: str, most: int, seed: int = 1) -> list[Image.Image]:
    """At most so many pictures of a zip whose names begin with ``part``, drawn at random; of pairs, twice as wide as
    high, the half that is a photograph."""
    with zipfile.ZipFile(place) as archive:
        names = sorted(n for n in archive.namelist() if n.startswith(part) and n.lower().endswith(SUFFIXES))
        random.Random(seed).shuffle(names)
        made = [Image.open(io.BytesIO(archive.read(name))).convert("RGB") for name in names[:most]]
    right = "edges" in place.name
    return [
        p if p.width != 2 * p.height else p.crop((right * p.height, 0, (1 + right) * p.height, p.height)) for p in made
    ]


def varied(picture: Image.Image, chance: random.Random) -> Image.Image:
    """A crop of at least 0.6 of the side, a smaller copy and a mirrored one, each half of the time."""
    if chance.random() < 0.5:
        side = round(min(picture.size) * chance.uniform(0.6, 1))
        left, top = (chance.randint(0, length - side) for length in picture.size)
        picture = picture.crop((left, top, left + side, top + side))
    if chance.random() < 0.5:
        width = chance.randint(110, 256)
        picture = picture.resize((width, round(width * picture.height / picture.width)), Image.Resampling.LANCZOS)
    return picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if chance.random() < 0.5 else picture


@torch.inference_mode()
def features(pair: Translator, shown: list[Image.Image]) -> Tensor:
    """What the four networks see in pictures: (N, F) on the CPU."""
    rows = [describe(framed(pair.see(p))[0].to(pair.device), pair.generators, pair.discriminators) for p in shown]
    return torch.stack([torch.cat(row, 1)[0].cpu() for row in rows])


def fit(rows: Tensor, labels: Tensor, decay: float = DECAY) -> KindProbe:
    """The probe with the least cross-entropy on features (N, F) with labels (N,) 0, 1 or 2, and weight decay."""
    probe = KindProbe(rows.shape[1])
    probe.mean, probe.scale = rows.mean(0), rows.std(0) + 1e-6
    nn.init.zeros_(probe.linear.weight)
    nn.init.zeros_(probe.linear.bias)
    probe.double()
    descent = torch.optim.LBFGS(probe.linear.parameters(), max_iter=80, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        descent.zero_grad()
        loss = F.nll_loss(probe(rows.double()).clamp_min(1e-12).log(), labels)
        loss = loss + decay * probe.linear.weight.square().sum()
        loss.backward()
        return loss

    descent.step(closure)
    return probe.float().eval()


def main() -> None:
    """Fit, save, and say what it makes of the test pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--data", type=Path, required=True, help="horse2zebra.zip, or another pair as one zip")
    add("--others", type=Path, nargs="+", required=True, help="zips with train/ and test/ that show neither")
    add("--weights", type=Path, help="a folder that the training script wrote; else what ships")
    add("--out", type=Path, default=Path("runs"), help="where horse_or_zebra.safetensors goes")
    add("--most", type=int, default=700, help="pictures of a kind, and of each of the others")
    args = parser.parse_args()
    device = pick_device("auto")
    kinds = ("horse", "zebra")
    pair = open_pair(args.weights, kinds, device) if args.weights else PIPELINES["horse2zebra"](device, "embedded")
    chance, rows, labels = random.Random(0), [], []
    for label, part in enumerate(("trainA/", "trainB/")):
        found = features(pair, [varied(p, chance) for p in pictures(args.data, part, args.most)])
        rows.append(found)
        labels += [label] * len(found)
    for place in args.others:
        found = features(pair, pictures(place, "train/", args.most // 2))
        rows.append(found)
        labels += [2] * len(found)
    probe = fit(torch.cat(rows), torch.tensor(labels))
    args.out.mkdir(parents=True, exist_ok=True)
    save_weights(probe, args.out / "horse_or_zebra.safetensors", half=True)
    tests = [(args.data, "testA/"), (args.data, "testB/"), *((place, "test/") for place in args.others)]
    for place, part in tests:
        with torch.inference_mode():
            said = [verdict(chances, kinds) for chances in probe(features(pair, pictures(place, part, 140)))]
        shares = ", ".join(f"{word} {said.count(word) / len(said):.0%}" for word in (*kinds, "unsure", "neither"))
        print(f"{place.name} {part} {len(said)}: {shares}")


if __name__ == "__main__":
    main()
