"""Train pix2pix on pairs: ``python -m gan_models.pix2pix.train --data PAIRS --kind drawing --minutes 40``.

First the twin that never meets a discriminator, ``--adversarial 0 --perceptual 0``: the L1 distance alone. Then, from
its weights (``--init``), the GAN: L1, a hinge loss against patch discriminators at two scales, which are matched in
what their layers see as well (Wang et al., 2018, Pix2PixHD), and a distance of SqueezeNet features. Because one came
from the other, their weights can be blended.

Any folder or zip of pairs will do, each picture twice as wide as high; with ``--kind grey`` any photographs, which it
learns to colour. The moving average of the generator is what ships, with batch statistics of its own.
"""

import copy
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.core.squeezenet import load_squeezenet
from gan_models.core.store import load_strictly
from gan_models.data.labels import COLOURS
from gan_models.data.paired_data import KINDS, Pairs, draw_pairs, load_pairs, with_light
from gan_models.data.sketches import vary_ink
from gan_models.pix2pix.networks import MultiScaleDiscriminator, UNetGenerator
from gan_models.training.loop import MovingAverage, frozen, parse_run
from gan_models.training.losses import find_loss
from gan_models.training.perceptual import TAPS, unit_distance
from gan_models.training.spectral_norm import copy_without_norm, set_spectral_norm
from gan_models.training.trainer import Trainer

SHOWN, ROW = 16, 8  # test pairs on a sheet, and in a row of it
LOOKING = 60  # steps in which the discriminators look and do not speak yet
SETTLING = 24  # batches from which the average's batch norms take their statistics
HINGE = find_loss("hinge")


def feature_matching(made: list[list[Tensor]], real: list[list[Tensor]]) -> Tensor:
    """Mean L1 distance of what the discriminators' layers see in made and real pictures, their opinions left out."""
    parts = [
        F.l1_loss(a, b.detach())
        for ours, theirs in zip(made, real, strict=True)
        for a, b in zip(ours[:-1], theirs[:-1], strict=True)
    ]
    return torch.stack(parts).mean()


class Pix2Pix(Trainer):
    """A generator and, unless it is a twin, the discriminators it is trained against."""

    name = "pix2pix"

    def __init__(self, run, args, train: Pairs, test: Pairs):
        super().__init__(run)
        self.args, self.pairs, self.test = args, train, test
        inputs = KINDS[args.kind]
        self.generator = self.place(UNetGenerator(inputs, args.width, args.levels), "generator")
        if args.init:
            load_strictly(self.generator, args.init).train().requires_grad_(True)
        self.networks = {"generator": self.generator}
        self.optimisers = {"optimise_g": torch.optim.Adam(self.generator.parameters(), betas=(0.5, 0.99))}
        self.discriminator = None
        if args.adversarial:
            self.discriminator = self.place(MultiScaleDiscriminator(inputs, args.width), "discriminator")
            set_spectral_norm(self.discriminator, True)
            self.networks["discriminator"] = self.discriminator
            learning = [{"params": self.discriminator.parameters(), "base": 2.0}]
            self.optimisers["optimise_d"] = torch.optim.Adam(learning, betas=(0.5, 0.99))
        self.averages = {"average": MovingAverage(self.generator, args.average)}
        self.generators = {"pairs": torch.Generator().manual_seed(run.seed)}
        self.extractor = self.place(load_squeezenet(args.features))
        self.ready: tuple[int, nn.Module] | None = None

    def rates(self, progress: float) -> dict[str, float]:
        return dict.fromkeys(self.optimisers, self.args.lr * rate(self.seen["steps"], progress))

    def batch(self) -> tuple[Tensor, Tensor, Tensor]:
        """A training batch on the device: inputs, colours, pictures."""
        args, chance = self.args, self.generators["pairs"]
        which = torch.randint(len(self.pairs), (args.batch,), generator=chance)
        inputs, colours, pictures = draw_pairs(self.pairs, which, args.size, args.window, chance)
        if args.kind == "drawing":
            inputs = vary_ink(inputs, chance)
        layout = {"memory_format": torch.channels_last}
        return inputs.to(self.device, **layout), colours.to(self.device), pictures.to(self.device, **layout)

    def step(self, progress: float) -> dict[str, Tensor]:
        self.count(self.args.batch)
        return self.learn(*self.batch())

    def learn(self, inputs: Tensor, colours: Tensor, real: Tensor) -> dict[str, Tensor]:
        """One step of generator and discriminators; at first of the discriminators alone. The losses by name."""
        args, discriminator = self.args, self.discriminator
        with self.autocast:
            made = self.generate(self.generator, inputs, colours)
            said = {"L1": F.l1_loss(made, real)}
            if discriminator:
                on_real = discriminator(inputs, colours, real)
                on_made = discriminator(inputs, colours, made.detach())
                with frozen(discriminator):
                    seen = discriminator(inputs, colours, made)
                opinions = zip(on_real, on_made, strict=True)
                losses = [HINGE.discriminator(a[-1].float(), b[-1].float()) for a, b in opinions]
                said["discriminator"] = torch.stack(losses).mean()
                said["fooled"] = torch.stack([HINGE.generator(scale[-1].float()) for scale in seen]).mean()
                said["matching"] = feature_matching(seen, on_real)
            if args.perceptual:
                down, right = torch.randint(8, (2,), generator=self.generators["pairs"]).tolist()  # else strides print
                said["perceptual"] = self.distance(made[:, :, down:, right:], real[:, :, down:, right:]).mean()
        if not discriminator or self.seen["steps"] >= LOOKING:
            weights = {
                "L1": args.l1, "fooled": args.adversarial, "matching": args.matching, "perceptual": args.perceptual
            }  # fmt: skip
            self.descend(self.optimisers["optimise_g"], sum(weights[k] * said[k] for k in weights if k in said))
        if discriminator:
            self.descend(self.optimisers["optimise_d"], said["discriminator"])
        return said

    def generate(self, generator: nn.Module, inputs: Tensor, colours: Tensor) -> Tensor:
        """Pictures (N, 3, H, W) around [-1, 1]; a grey picture keeps its light, whatever colours it is given."""
        made = generator(inputs, colours).float()
        return with_light(made, inputs) if self.args.kind == "grey" else made

    def distance(self, made: Tensor, real: Tensor) -> Tensor:
        """The distance (N,) of SqueezeNet's features."""
        with torch.no_grad():
            wanted = [f.float() for f in self.extractor(real, TAPS)]
        return unit_distance([f.float() for f in self.extractor(made, TAPS)], wanted)

    @torch.no_grad()
    def settled(self) -> nn.Module:
        """The average of the generator, its batch norms with statistics of its own: an average of others' fits less."""
        if self.ready is None or self.ready[0] != self.seen["steps"]:
            network = copy.deepcopy(self.averages["average"].network).train()
            for norm in network.modules():
                if isinstance(norm, nn.BatchNorm2d):
                    norm.reset_running_stats()
                    norm.momentum = None  # the plain mean over batches
            for _ in range(SETTLING):
                network(*self.batch()[:2])
            self.ready = self.seen["steps"], network.eval()
        return self.ready[1]

    def weights(self) -> dict[str, nn.Module]:
        found = {"generator": self.settled()}
        if self.discriminator:
            found["discriminator"] = without_norm(self.discriminator)
        return found

    def paint(self, inputs: Tensor, colours: Tensor) -> Tensor:
        """Inputs and colours, as the generator takes them, to pictures (N, 3, H, W) in [-1, 1] on the CPU."""
        pages = zip(inputs.split(ROW), colours.split(ROW), strict=True)
        network = self.settled()
        return torch.cat([self.generate(network, a.to(self.device), b.to(self.device)).cpu() for a, b in pages])

    def sheet(self) -> tuple[Tensor, int]:
        """Input, painted, photograph; of drawings also other sketches of them, painted in another's colour; of grey
        pictures also in another's tint."""
        inputs, colours, real = self.test.whole(slice(SHOWN))
        rows = [as_picture(self.test.kind, inputs), self.paint(inputs, colours), real]
        if self.test.kind == "grey":
            rows[2:2] = [self.paint(inputs, colours.roll(1, 0))]
        if self.test.kind == "drawing":
            other = vary_ink(inputs, torch.Generator().manual_seed(1))
            rows[2:2] = [as_picture("drawing", other), self.paint(other, colours.roll(1, 0))]
        parts = [torch.cat([row[at : at + ROW] for row in rows]) for at in range(0, len(real), ROW)]
        return torch.cat(parts), min(ROW, len(real))

    def score(self) -> tuple[float, str]:
        inputs, colours, real = self.test.whole()
        made = self.paint(inputs, colours)
        pages = zip(made.split(ROW), real.split(ROW), strict=True)
        far = torch.cat([self.distance(a.to(self.device), b.to(self.device)) for a, b in pages]).mean().item()
        return far, f"test L1 {F.l1_loss(made, real):.4f}, distance {far:.4f}"


def without_norm(discriminator: MultiScaleDiscriminator) -> MultiScaleDiscriminator:
    """A discriminator whose plain weights are what ``discriminator``'s normed ones come to."""
    first = discriminator.scales[0].layers[0]
    plain = MultiScaleDiscriminator(discriminator.inputs, first.out_channels, len(discriminator.scales))
    return copy_without_norm(discriminator, plain)


def as_picture(kind: str, inputs: Tensor) -> Tensor:
    """Inputs (N, C, H, W) as they look: pictures (N, 3, H, W) in [-1, 1]."""
    if kind == "labels":
        return torch.from_numpy(COLOURS)[inputs.argmax(1)].permute(0, 3, 1, 2) / 127.5 - 1
    return (1 - 2 * inputs if kind == "drawing" else inputs * 2 - 1).expand(-1, 3, -1, -1)


def rate(step: int, progress: float) -> float:
    """The learning rate's factor: up in 100 steps, level, and in the second half down to a fiftieth."""
    return min(1.0, (step + 1) / 100, 2 * (1 - progress) + 0.02)


def options(parser) -> None:
    """Add what only this script asks for."""
    add = parser.add_argument
    add("--kind", choices=KINDS, default="picture", help="the input: dark lines, twelve labels, any picture, or light")
    add("--input-side", choices=["left", "right"], default="left", help="where the input stands in a pair")
    add("--stored", type=int, default=256, help="pixels of a side to which pairs are brought when read")
    add("--size", type=int, default=128, help="pixels of a training crop")
    add("--window", type=float, nargs=2, default=[0.5, 0.6], help="a crop's side as a share of the stored one")
    add("--init", type=Path, help="a generator's weights to begin from, as this script writes them")
    add("--width", type=int, default=32)
    add("--levels", type=int, default=4, help="halvings on the way down; 4 take 128 pixels to 4x4 places")
    add("--batch", type=int, default=6)
    add("--lr", type=float, default=3e-4, help="the generator's; the discriminators' is twice that")
    add("--average", type=float, default=0.998, help="decay of the moving average")
    add("--l1", type=float, default=10.0, help="weight of the L1 distance")
    add("--adversarial", type=float, default=1.0, help="weight of fooling the discriminators; 0 does without them")
    add("--matching", type=float, default=10.0, help="weight of matching what the discriminators' layers see")
    add("--perceptual", type=float, default=2.0, help="weight of the distance of SqueezeNet features")
    add("--features", type=Path, help="SqueezeNet 1.1 as safetensors; else torchvision fetches it")
    add("--score-minutes", type=float, default=5.0, help="minutes between scores on test pairs; 0 is never")


def main(argv: list[str] | None = None) -> None:
    """The command of this file's head."""
    what = "a zip or folder of pairs side by side, best with train/ and test/"
    run, args = parse_run(__doc__, what, 40, options, argv)
    if args.size % 2 ** (args.levels + 1):
        raise SystemExit(f"--size must be a multiple of {2 ** (args.levels + 1)} with {args.levels} levels")
    train, test = (load_pairs(run.data, part, args.kind, args.stored, args.input_side) for part in ("train", "test"))
    test = Pairs(test.kind, *(each[:48] for each in (test.inputs, test.pictures, test.colours)))
    Pix2Pix(run, args, train, test).train()


if __name__ == "__main__":
    main()
