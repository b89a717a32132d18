"""Score the style-based face GAN: ``python -m gan_models.stylegan.evaluate --data DIR --features FILE``.

Prints, for 5,000 samples, the SqueezeNet-FD and KD to the 1,000 test faces beside the floor (5,000 training faces), and
the same in the face classifier's features, which took no part in the training; how far samples are from their nearest
training face beside how far test faces are, in both and in pixels, so that copies would show; and which share of the
test faces has a sample nearer than its nearest training face, beside the share that samples would have if they were
training faces: halves of these are compared.

What the networks see is kept page by page in ``--kept``: a run that was stopped goes on there, and another generator is
compared with the same real faces. Writes two sheets: ``stylegan_seeds.png``, 100 fresh seeds at the truncation of the
page, to be counted; and ``stylegan_nearest.png``, samples (above) and their nearest training faces (below), to be
looked at and not given away: these are photographs of people.
"""

import argparse
import hashlib
from collections.abc import Callable
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import Tensor
from torchvision.utils import save_image
from tqdm import trange

from gan_models.classifiers.faces import FaceClassifier, as_heads
from gan_models.core.squeezenet import SqueezeNetFeatures, load_squeezenet
from gan_models.core.store import CHECKPOINTS_DIR, load_strictly
from gan_models.data.celeba import to_signed
from gan_models.data.portraits import load_portraits
from gan_models.metrics.scores import frechet_distance
from gan_models.metrics.squeezenet import squeeze_distances, squeeze_features
from gan_models.stylegan.directions import SIZES
from gan_models.stylegan.drafts import DraftReader
from gan_models.stylegan.networks import StyleGANGenerator
from gan_models.stylegan.places import StyleSampler

PAGE = 250  # pictures of which the features are kept in one file
SHEET = 100
SHOWN = 24  # samples beside their nearest training faces
TRUNCATION = 0.65  # of the page
SEEN = {"squeezenet": "SqueezeNet's features", "classifier": "the classifier's features", "pixels": "16x16 pixels"}

Looked = dict[str, Tensor]


@torch.inference_mode()
def draw_faces(generator: StyleGANGenerator, w: Tensor) -> Tensor:
    """The faces of styles (N, w_dim), drawn without noise in the layers, rounded to the 256 levels of a picture."""
    made = torch.cat([generator.synthesis(generator.spread(page)).clamp(-1, 1) for page in w.split(50)])
    return made.add(1).mul(127.5).round().div(127.5).sub(1)


class Looks:
    """Pictures (N, 3, S, S) to features: SqueezeNet's (N, 512), the face classifier's (N, 192), and pixels (N, 768)."""

    def __init__(self, extractor: SqueezeNetFeatures, classifier: FaceClassifier):
        self.extractor, self.classifier = extractor, classifier

    @torch.inference_mode()
    def __call__(self, pictures: Tensor) -> Looked:
        judged = torch.cat([self.classifier.features(as_heads(page)) for page in pictures.split(100)])
        pixels = to_size(pictures, 16).flatten(1).contiguous()
        return {"squeezenet": squeeze_features(self.extractor, pictures), "classifier": judged, "pixels": pixels}

    def kept(self, path: Path, count: int, pictures: Callable[[slice], Tensor]) -> Looked:
        """Features of so many pictures, of which ``pictures`` gives any part; those that lie in ``path`` are read."""
        path.mkdir(parents=True, exist_ok=True)
        found = []
        for start in trange(0, count, PAGE, desc=path.name):
            part, file = slice(start, min(start + PAGE, count)), path / f"{start:05d}_{PAGE}.safetensors"
            page = load_file(file) if file.exists() else {}
            if len(page.get("pixels", ())) < part.stop - part.start:
                page = self(pictures(part))
                save_file(page, file)
            found.append({name: rows[: part.stop - part.start] for name, rows in page.items()})
        return {name: torch.cat([page[name] for page in found]) for name in SEEN}


def nearest(rows: Tensor, others: Tensor) -> tuple[Tensor, Tensor]:
    """Distance of each row (N, D) to the nearest of the others (M, D), and which that is."""
    found = [torch.cdist(page, others).min(1) for page in rows.split(500)]
    return torch.cat([f.values for f in found]), torch.cat([f.indices for f in found])


def coverage(test: Tensor, made: Tensor, train: Tensor) -> float:
    """The share of test rows with a made row nearer than the nearest training row; a half where both are as good."""
    return (nearest(test, made)[0] < nearest(test, train)[0]).float().mean().item()


def closer_than_strangers(made: Tensor, test: Tensor) -> float:
    """The share of distances (N,) below the 1 % quantile of others (M,): 0.01 where both are alike, more for copies."""
    return (made < torch.quantile(test, 0.01)).float().mean().item()


def report(made: Looked, floor: Looked, test: Looked) -> None:
    """Print how samples compare with training faces, seen from the test faces."""
    for name, ours in {"samples": made, "floor, training faces": floor}.items():
        fd, kd = squeeze_distances(ours["squeezenet"], test["squeezenet"])
        judged = frechet_distance(ours["classifier"], test["classifier"])
        print(f"{len(ours['pixels'])} {name}: SqueezeNet-FD {fd:.0f}, KD {kd:.0f}; "
              f"Frechet distance in the classifier's features {judged:.2f}")  # fmt: skip
    half = len(floor["pixels"]) // 2
    for name, words in SEEN.items():
        known, other = floor[name][:half], floor[name][half:]
        distances, strangers = (nearest(rows[name], floor[name])[0] for rows in (made, test))
        print(f"{words}: to the nearest training face: samples {low_and_middle(distances)}; test faces "
              f"{low_and_middle(strangers)}; closer than 99 % of the test faces are: "
              f"{closer_than_strangers(distances, strangers):.1%} of the samples")  # fmt: skip
        ours, theirs = (coverage(test[name], rows[:half], known) for rows in (made[name], other))
        print(
            f"  test faces nearer to a sample than to a training face: {ours:.0%}; other training faces: {theirs:.0%}"
        )


def main() -> None:
    """The command of this file's head."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(".data"), help="faces128.zip or its folder")
    parser.add_argument("--features", type=Path, help="SqueezeNet 1.1 as safetensors; else torchvision fetches it")
    parser.add_argument("--weights", type=Path, default=CHECKPOINTS_DIR, help="folder of the generator")
    parser.add_argument("--size", type=int, choices=SIZES, default=SIZES[-1], help="height and width of its faces")
    parser.add_argument("--count", type=int, default=5000, help="samples, and as many training faces")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--drafts", type=int, default=1, help="from how many each sample is chosen, as on the page")
    parser.add_argument("--truncation", type=float, default=1.0, help="of the samples; the page begins at 0.65")
    parser.add_argument("--kept", type=Path, default=Path("runs/looks"), help="where features are kept")
    parser.add_argument("--sheets", type=Path, default=Path("runs"), help="where the two sheets are written")
    args = parser.parse_args()
    file = args.weights / "stylegan_generator.safetensors"
    generator = load_strictly(StyleGANGenerator(args.size), file)
    classifier = load_strictly(FaceClassifier(), CHECKPOINTS_DIR / "face_judge.safetensors")
    look = Looks(load_squeezenet(args.features), classifier)

    train, test = (load_portraits(args.data, part) for part in ("train", "test"))
    order = torch.randperm(len(train), generator=torch.Generator().manual_seed(args.seed))[: args.count]
    noise = torch.randn(args.count, generator.z_dim, generator=torch.Generator().manual_seed(args.seed))
    w = generator.styles(noise)
    name = f"{hashlib.sha256(file.read_bytes()).hexdigest()[:12]}_{args.seed}"
    reader = load_strictly(DraftReader(), args.weights / "stylegan_drafts.safetensors")
    page = StyleSampler(None, generator, torch.empty(0), None, reader)
    if args.drafts > 1:
        w = page.styles(list(range(args.count)), drafts=args.drafts)[:, 0]
        name += f"_{args.drafts}"
    if args.truncation != 1:
        w = torch.lerp(generator.mean_w, w, args.truncation)
        name += f"_{args.truncation}"
    seen_test = look.kept(args.kept / "test", len(test), lambda part: to_signed(test[part]))
    floor = look.kept(args.kept / f"train_{args.seed}", args.count, lambda part: to_signed(train[order[part]]))
    made = look.kept(args.kept / name, args.count, lambda part: draw_faces(generator, w[part]))
    report(made, floor, seen_test)

    distances, which = nearest(made["squeezenet"], floor["squeezenet"])
    closest = distances.argsort()[:SHOWN]
    pairs = [draw_faces(generator, w[closest]), to_size(to_signed(train[order[which[closest]]]), args.size)]
    args.sheets.mkdir(parents=True, exist_ok=True)
    save_image((torch.cat(pairs) + 1) / 2, args.sheets / "stylegan_nearest.png", nrow=SHOWN // 2)
    w = page.styles(list(range(args.seed + 1000, args.seed + 1000 + SHEET)), TRUNCATION)[:, 0]
    save_image((draw_faces(generator, w) + 1) / 2, args.sheets / "stylegan_seeds.png", nrow=10)


def to_size(pictures: Tensor, size: int) -> Tensor:
    """Pictures (N, 3, S, S) to ``size``, averaged."""
    return F.interpolate(pictures, size=(size, size), mode="area")


def low_and_middle(distances: Tensor) -> str:
    """The smallest and the median of distances (N,), in words."""
    low, middle = torch.quantile(distances, torch.tensor([0.0, 0.5])).tolist()
    return f"smallest {low:.2f}, median {middle:.2f}"


if __name__ == "__main__":
    main()
