"""Train the inpainting GAN: ``python -m gan_models.inpainting.train --data DIR --minutes 80``.

Two acts on aligned portraits with holes of 5 to 60 %, and with holes as visitors make them:

1. The generator learns to come close: L1, and the distance of SqueezeNet features (Johnson et al., 2016).
2. A spectral-norm patch discriminator joins (Miyato et al., 2018), told to find the filled patches of each picture, as
   in AOT-GAN (Zeng et al., 2021). From here on every hole is filled twice with different noise: only the closer filling
   pays the full price of being wrong (Gupta et al., 2018, "best of many"), and two alike fillings pay for being alike
   (Mao et al., 2019, "mode seeking", with features in place of pixels).

All losses but L1 see the composite picture, known pixels in place. The moving average of the generator is what ships.
"""

from contextlib import nullcontext
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.core.mirror import mirror
from gan_models.core.squeezenet import load_squeezenet
from gan_models.data.face_masks import KINDS, kind_bank
from gan_models.data.masks import mask_bank
from gan_models.data.portraits import load_portraits, vary
from gan_models.inpainting.networks import InpaintingGenerator, PatchDiscriminator, composite
from gan_models.training.loop import MovingAverage, Run, frozen, parse_run
from gan_models.training.perceptual import TAPS, mean_where, share_of, unit_distance
from gan_models.training.spectral_norm import copy_without_norm, set_spectral_norm
from gan_models.training.trainer import Trainer

FEATURES = Path(".data/squeezenet1_1_imagenet_fp16.safetensors")
MASKS = 3000  # of each sort, drawn before the first step
LOOKING = 60  # steps in which the discriminator looks and does not speak yet


def discriminator_patches(real: Tensor, filled: Tensor, masks: Tensor) -> Tensor:
    """Cross-entropy of patch logits (N, 1, h, w): photographs are real everywhere, composites only outside the hole.

    A patch that is partly hole should be called real in the share of it that is known.
    """
    known = 1 - F.adaptive_avg_pool2d(masks, filled.shape[-2:])
    on_filled = F.binary_cross_entropy_with_logits(filled, known, reduction="none")
    inside = 1 - known
    return F.softplus(-real).mean() + (on_filled * (0.25 + inside)).mean() / (0.25 + inside).mean()


def generator_patches(filled: Tensor, masks: Tensor) -> Tensor:
    """Non-saturating loss on the patches (N, 1, h, w) that are hole, weighted by how much of them is."""
    inside = F.adaptive_avg_pool2d(masks, filled.shape[-2:])
    return (F.softplus(-filled) * inside).sum() / inside.sum().clamp_min(1e-6)


def best_of_two(losses: Tensor, mercy: float) -> Tensor:
    """Losses (2N,), the first N beside the second N: the smaller of each pair, and ``1 - mercy`` of the larger."""
    both = losses.view(2, -1)
    return ((both.amin(0) + (1 - mercy) * both.amax(0)) / (2 - mercy)).mean()


def alike(features: list[Tensor], share: Tensor, margin: float) -> Tensor:
    """What a pair of fillings pays for being alike: how much their distance, per share of hole, lacks of ``margin``.

    ``features`` are of 2N composites, the first N beside the second N; ``share`` (N,).
    """
    first, second = zip(*(f.chunk(2) for f in features), strict=True)
    apart = unit_distance(list(first), list(second)) / share.clamp_min(0.05)
    return F.relu(margin - apart).mean()


class InpaintingTrainer(Trainer):
    """Networks, optimisers and a step of each act.

    Args:
        portraits: training pictures (N, 3, 128, 128) uint8.
        test: as many as shall be shown and measured, likewise.
    """

    name = "inpainting"

    def __init__(self, run: Run, args, portraits: Tensor, test: Tensor):
        super().__init__(run)
        if run.device.type == "cuda":  # TF32 is about as quick for so small a network, and finer
            self.autocast = nullcontext()
        self.args, self.portraits = args, portraits.to(run.device)
        self.anywhere = mask_bank(100_000 + run.seed, MASKS).to(run.device)
        self.on_faces = face_holes(100_000 + run.seed, MASKS).to(run.device)
        self.test = test.float().div(127.5).sub(1).to(run.device)
        masks = torch.stack([mask_bank(1, len(test), low=0.1, high=0.45), face_holes(1, len(test))], 1)
        self.test_masks = masks.flatten(0, 1)[: len(test)].float().to(run.device)  # in turns
        self.generator = self.place(InpaintingGenerator(), "inpainting_generator")
        self.discriminator = self.place(PatchDiscriminator(), "inpainting_critic")
        set_spectral_norm(self.discriminator, True)
        self.extractor = self.place(load_squeezenet(args.features if args.features.exists() else None))
        self.networks = {"generator": self.generator, "critic": self.discriminator}
        self.averages = {"average": MovingAverage(self.generator, 0.999)}
        self.optimisers = {
            "optimise_g": torch.optim.Adam(self.generator.parameters(), betas=(0.5, 0.99)),
            "optimise_c": torch.optim.Adam(self.discriminator.parameters(), betas=(0.5, 0.99)),
        }
        self.seen["looked"] = 0  # steps of the discriminator

    def rates(self, progress: float) -> dict[str, float]:
        rate = self.args.lr * min(1, (self.seen["steps"] + 1) / 100, 2.2 * (1 - progress) + 0.04)
        return dict.fromkeys(self.optimisers, rate)

    def step(self, progress: float) -> dict[str, Tensor]:
        args, second = self.args, progress >= self.args.first_act
        count = args.pairs if second else args.batch
        real = vary(self.portraits[self.pick(len(self.portraits), count)].float().div_(127.5).sub_(1))
        masks = draw(self.anywhere, self.on_faces, count, args.on_faces)
        return self.second_act(real, masks) if second else self.first_act(real, masks)

    def closeness(self, made: Tensor, whole: Tensor, wanted: list[Tensor], real: Tensor, masks: Tensor):
        """How far each filling (N,) is from what was there, and the features of the composites."""
        wrong = (made - real).abs()
        pixels = 4 * mean_where(wrong, masks) + mean_where(wrong, 1 - masks)
        features = self.extractor(whole, TAPS)
        seen = unit_distance([f.float() for f in features], wanted) / (share_of(masks) + 0.15)
        return pixels + self.args.perceptual * seen, features

    def first_act(self, real: Tensor, masks: Tensor) -> dict[str, Tensor]:
        """Learn from pictures (N, 3, H, W) and masks (N, 1, H, W): N holes."""
        with self.autocast:
            made = self.generator(real, masks, self.noise(len(real))).float()
            whole = composite(made, real, masks)
            with torch.no_grad():
                wanted = self.extractor(real, TAPS)
            far, _ = self.closeness(made, whole, wanted, real, masks)
        self.descend(self.optimisers["optimise_g"], far.mean())
        return {"far": far.mean()}

    def second_act(self, real: Tensor, masks: Tensor) -> dict[str, Tensor]:
        """Learn from pictures (N, 3, H, W) and masks (N, 1, H, W): N holes, each filled twice."""
        twice, twice_masks = real.repeat(2, 1, 1, 1), masks.repeat(2, 1, 1, 1)
        with self.autocast:
            made = self.generator(twice, twice_masks, self.noise(len(twice))).float()
            whole = composite(made, twice, twice_masks)
            both = self.discriminator(torch.cat([real, whole.detach()])).float()
        loss_d = discriminator_patches(both[: len(real)], both[len(real) :], twice_masks)
        self.descend(self.optimisers["optimise_c"], loss_d)
        self.seen["looked"] += 1
        if self.seen["looked"] < LOOKING:
            return {"discriminator": loss_d}
        with frozen(self.discriminator), self.autocast:
            with torch.no_grad():
                wanted = [f.repeat(2, 1, 1, 1) for f in self.extractor(real, TAPS)]
            far, features = self.closeness(made, whole, wanted, twice, twice_masks)
            fooled = generator_patches(self.discriminator(whole).float(), twice_masks)
        far = best_of_two(far, self.args.mercy)
        same = alike([f.float() for f in features], share_of(masks), self.args.margin)
        loss = far + self.args.adversarial * fooled + self.args.variety * same
        self.descend(self.optimisers["optimise_g"], loss)
        return {"far": far, "discriminator": loss_d, "fooled": fooled, "alike": same}

    def noise(self, count: int) -> Tensor:
        """Standard normal noise (N, z_dim)."""
        return torch.randn(count, self.generator.z_dim, device=self.device)

    def fillings(self, count: int) -> list[Tensor]:
        """So many fillings of the holes of all test pictures, composites (N, 3, H, W) each."""
        network, real, masks = self.averages["average"].network, self.test, self.test_masks
        noise = self.fixed_noise(count, 1, network.z_dim)
        return [composite(network(real, masks, z.expand(len(real), -1)), real, masks) for z in noise]

    def sheet(self) -> tuple[Tensor, int]:
        """Hole, three fillings, the discriminator's map, original; in turns."""
        real, made = self.test, self.fillings(3)
        hole = torch.where(self.test_masks > 0.5, torch.ones_like(real), real)
        belief = torch.sigmoid(without_norm(self.discriminator)(made[0])) * 2 - 1
        maps = F.interpolate(belief, size=real.shape[-2:]).expand_as(real)
        return torch.stack([page[:16] for page in (hole, *made, maps, real)], 1).flatten(0, 1), 12

    def report(self) -> str:
        """How close fillings of test pictures are to what was there, and how far from one another."""
        made, wanted = self.fillings(2), self.extractor(self.test, TAPS)
        first, second = (self.extractor(page, TAPS) for page in made)
        noise = 10 * torch.log10(4 / mean_where((made[0] - self.test).square(), torch.ones_like(self.test_masks)))
        return (
            f"test PSNR {noise.mean():.2f}, distance {unit_distance(first, wanted).mean():.4f}, "
            f"between fillings {unit_distance(first, second).mean():.4f}"
        )

    def weights(self) -> dict[str, nn.Module]:
        plain = without_norm(self.discriminator)
        return {"inpainting_generator": self.averages["average"].network, "inpainting_critic": plain}


def without_norm(discriminator: PatchDiscriminator) -> PatchDiscriminator:
    """A discriminator whose plain weights are what ``discriminator``'s normed ones come to."""
    return copy_without_norm(discriminator, PatchDiscriminator())


def face_holes(seed: int, count: int) -> Tensor:
    """Masks of each of :data:`~gan_models.data.face_masks.KINDS` in turns, (count, 1, 128, 128) uint8."""
    each = -(-count // len(KINDS))
    return torch.stack([kind_bank(kind, seed, each) for kind in KINDS], 1).flatten(0, 1)[:count]


def draw(anywhere: Tensor, on_faces: Tensor, count: int, share: float) -> Tensor:
    """Masks (N, 1, H, W) float from two banks, mirrored at random; about ``share`` of them from ``on_faces``.

    Those from ``anywhere`` are turned as well.
    """
    where, device = (count, 1, 1, 1), anywhere.device
    masks, faces = (b[torch.randint(len(b), (count,), device=device)] for b in (anywhere, on_faces))
    for turned in (lambda m: m.flip(2), lambda m: m.transpose(2, 3), mirror):
        masks = torch.where(torch.rand(where, device=device) < 0.5, turned(masks), masks)
    faces = torch.where(torch.rand(where, device=device) < 0.5, mirror(faces), faces)
    return torch.where(torch.rand(where, device=device) < share, faces, masks).float()


def options(parser) -> None:
    """Add what only this script asks for."""
    add = parser.add_argument
    add("--features", type=Path, default=FEATURES, help="SqueezeNet 1.1; fetched where missing")
    add("--first-act", type=float, default=0.35, help="share of the time without a discriminator")
    add("--batch", type=int, default=8, help="holes a step and process in the first act")
    add("--pairs", type=int, default=6, help="holes a step and process in the second act, each filled twice")
    add("--lr", type=float, default=8e-4)
    add("--perceptual", type=float, default=1.0, help="weight of the distance of features")
    add("--adversarial", type=float, default=0.1, help="weight of fooling the discriminator")
    add("--variety", type=float, default=1.0, help="weight of two fillings being different")
    add("--margin", type=float, default=0.3, help="how different they should be")
    add("--mercy", type=float, default=0.6, help="how much of the worse filling is forgiven")
    add("--on-faces", type=float, default=0.5, help="share of holes as visitors make them: glasses, half a face")
    add("--save-minutes", "--save-every", type=float, default=4, help="minutes between checkpoints")


def main(argv: list[str] | None = None) -> InpaintingTrainer:
    """The command of this file's head."""
    run, args = parse_run(__doc__, "faces128.zip or the folder that holds it", 80, options, argv)
    portraits, test = load_portraits(run.data, "train"), load_portraits(run.data, "test", 48)
    return InpaintingTrainer(run, args, portraits, test).train()


if __name__ == "__main__":
    main()
