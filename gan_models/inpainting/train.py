"""Train the inpainting GAN: ``python -m gan_models.inpainting.train --data DIR --minutes 80``.

Two acts on aligned portraits with holes of 5 to 60 %:

1. The generator learns to come close: L1, and the distance of SqueezeNet features (Johnson et al., 2016).
2. A spectral-norm patch discriminator joins (Miyato et al., 2018), told to find the filled patches of each picture, as
in
   AOT-GAN (Zeng et al., 2021). From here on every hole is filled twice with different noise: only the closer filling
   pays the full price of being wrong (Gupta et al., 2018, "best of many"), and two alike fillings pay for being alike
   (Mao et al., 2019, "mode seeking", with features in place of pixels).

All losses but L1 see the composite picture, known pixels in place. The moving average of the generator is what ships.
"""

import time
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.core.device import fast_bfloat16
from gan_models.core.squeezenet import load_squeezenet
from gan_models.core.store import load_strictly
from gan_models.data.masks import mask_bank, part_mask
from gan_models.data.portraits import load_portraits, vary
from gan_models.inpainting.networks import InpaintingGenerator, PatchDiscriminator, composite
from gan_models.training.loop import MovingAverage, clock, load_state, parse_run, save_sheet, save_state, save_weights
from gan_models.training.losses import set_spectral_norm
from gan_models.training.perceptual import TAPS, mean_where, share_of, unit_distance

FEATURES = Path(".data/squeezenet1_1_imagenet_fp16.safetensors")


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


class Lesson:
    """Everything one step needs: networks, optimisers and weights of the losses."""

    def __init__(self, run, args):
        device, layout = run.device, {"memory_format": torch.channels_last}
        self.device, self.args = device, args
        self.generator = InpaintingGenerator().to(device, **layout)
        self.discriminator = PatchDiscriminator().to(device, **layout)
        if run.resume and run.resume.is_dir():  # weights that shipped: the optimisers begin anew
            load_strictly(self.generator, run.resume / "inpainting_generator.safetensors").train().requires_grad_(True)
            load_strictly(self.discriminator, run.resume / "inpainting_critic.safetensors").train().requires_grad_(True)
        set_spectral_norm(self.discriminator, True)
        self.average = MovingAverage(self.generator, 0.998)
        self.feature_extractor = load_squeezenet(args.features if args.features.exists() else None).to(device, **layout)
        self.optimise_g = torch.optim.Adam(self.generator.parameters(), args.lr, betas=(0.5, 0.99))
        self.optimise_c = torch.optim.Adam(self.discriminator.parameters(), args.lr, betas=(0.5, 0.99))
        self.networks = {"generator": self.generator, "critic": self.discriminator, "average": self.average.network}
        self.optimisers = {"optimise_g": self.optimise_g, "optimise_c": self.optimise_c}
        if run.resume and run.resume.is_file():
            load_state(run.resume, self.networks, self.optimisers)
        self.autocast = torch.autocast(device.type, torch.bfloat16, enabled=fast_bfloat16(device))
        self.discriminator_steps = 0

    def closeness(self, made: Tensor, whole: Tensor, wanted: list[Tensor], real: Tensor, masks: Tensor):
        """How far each filling (N,) is from what was there, and the features of the composites."""
        wrong = (made - real).abs()
        pixels = 4 * mean_where(wrong, masks) + mean_where(wrong, 1 - masks)
        features = self.feature_extractor(whole, TAPS)
        seen = unit_distance([f.float() for f in features], wanted) / (share_of(masks) + 0.15)
        return pixels + self.args.perceptual * seen, features

    def first_act(self, real: Tensor, masks: Tensor) -> str:
        with self.autocast:
            made = self.generator(real, masks, self.noise(len(real))).float()
            whole = composite(made, real, masks)
            with torch.no_grad():
                wanted = self.feature_extractor(real, TAPS)
            far, _ = self.closeness(made, whole, wanted, real, masks)
        descend(self.optimise_g, far.mean())
        return f"far {far.mean().item():.3f}"

    def second_act(self, real: Tensor, masks: Tensor) -> str:
        """``real`` (N, 3, H, W) and ``masks`` (N, 1, H, W): N holes, each filled twice."""
        twice, twice_masks = real.repeat(2, 1, 1, 1), masks.repeat(2, 1, 1, 1)
        with self.autocast:
            made = self.generator(twice, twice_masks, self.noise(len(twice))).float()
            whole = composite(made, twice, twice_masks)
            on_real, on_filled = (
                self.discriminator(torch.cat([real, whole.detach()])).float().split([len(real), len(whole)])
            )
        loss_c = discriminator_patches(on_real, on_filled, twice_masks)
        descend(self.optimise_c, loss_c)
        self.discriminator_steps += 1
        if self.discriminator_steps < 60:  # the discriminator looks first, and speaks then
            return f"critic {loss_c.item():.3f}, looking"
        self.discriminator.requires_grad_(False)
        with self.autocast, torch.no_grad():
            wanted = [f.repeat(2, 1, 1, 1) for f in self.feature_extractor(real, TAPS)]
        with self.autocast:
            far, features = self.closeness(made, whole, wanted, twice, twice_masks)
            fooled = generator_patches(self.discriminator(whole).float(), twice_masks)
        far = best_of_two(far, self.args.mercy)
        same = alike([f.float() for f in features], share_of(masks), self.args.margin)
        descend(self.optimise_g, far + self.args.adversarial * fooled + self.args.variety * same)
        self.discriminator.requires_grad_(True)
        return f"far {far.item():.3f}, critic {loss_c.item():.3f}, fooled {fooled.item():.3f}, alike {same.item():.3f}"

    def noise(self, count: int) -> Tensor:
        return torch.randn(count, self.generator.z_dim, device=self.device)

    @torch.no_grad()
    def save(self, out: Path, step: int, real: Tensor, masks: Tensor) -> str:
        """Weights, state and a sheet: hole, three fillings, the discriminator's map, original.

        Returns a line of figures.
        """
        network = self.average.network
        z = torch.randn(3, 1, network.z_dim, generator=torch.Generator().manual_seed(1)).to(self.device)
        made = [composite(network(real, masks, each.expand(len(real), -1)), real, masks) for each in z]
        plain = without_norm(self.discriminator)
        belief = torch.sigmoid(plain(made[0])) * 2 - 1
        hole = torch.where(masks > 0.5, torch.ones_like(real), real)
        maps = F.interpolate(belief, size=real.shape[-2:]).expand_as(real)
        rows = torch.stack([page[:16] for page in (hole, *made, maps, real)], 1).flatten(0, 1)
        save_sheet(rows, out / f"inpainting_{step:06d}.png", 12)
        save_state(out / "inpainting_state.safetensors", self.networks, self.optimisers)
        save_weights(network, out / "inpainting_generator.safetensors", half=True)
        save_weights(plain, out / "inpainting_critic.safetensors", half=True)
        wanted, features = self.feature_extractor(real, TAPS), [self.feature_extractor(page, TAPS) for page in made[:2]]
        noise = 10 * torch.log10(4 / mean_where((made[0] - real).square(), torch.ones_like(masks)))
        return (
            f"test PSNR {noise.mean():.2f}, distance {unit_distance(features[0], wanted).mean():.4f}, "
            f"between fillings {unit_distance(*features).mean():.4f}"
        )


@torch.no_grad()
def without_norm(discriminator: PatchDiscriminator) -> PatchDiscriminator:
    """A discriminator whose plain weights are what ``discriminator``'s normed ones come to."""
    plain = PatchDiscriminator()
    layers = ([m for m in network.modules() if isinstance(m, nn.Conv2d)] for network in (plain, discriminator.eval()))
    for mine, theirs in zip(*layers, strict=True):
        mine.weight.copy_(theirs.weight)
        mine.bias.copy_(theirs.bias)
    discriminator.train()
    return plain.to(next(discriminator.parameters()).device).eval()


def descend(optimiser: torch.optim.Optimizer, loss: Tensor) -> None:
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    optimiser.step()


def draw(bank: Tensor, parts: Tensor, count: int, share: float) -> Tensor:
    """Masks (N, 1, H, W) float: of a bank, mirrored and turned at random together; about ``share`` of them of parts."""
    masks = bank[torch.randint(len(bank), (count,), device=bank.device)].float()
    turn = int(torch.randint(8, ()))
    masks = masks.flip(3) if turn & 1 else masks
    masks = masks.flip(2) if turn & 2 else masks
    masks = masks.transpose(2, 3).contiguous() if turn & 4 else masks
    over = torch.rand(count, device=bank.device) < share
    masks[over] = parts[torch.randint(len(parts), (int(over.sum()),), device=bank.device)].float()
    return masks


def main() -> None:
    def extra(parser):
        parser.add_argument("--features", type=Path, default=FEATURES, help="SqueezeNet 1.1; fetched where missing")
        parser.add_argument("--first-act", type=float, default=0.35, help="share of the time without a critic")
        parser.add_argument("--batch", type=int, default=8, help="holes a step in the first act")
        parser.add_argument("--pairs", type=int, default=6, help="holes a step in the second act, each filled twice")
        parser.add_argument("--lr", type=float, default=8e-4)
        parser.add_argument("--perceptual", type=float, default=1.0, help="weight of the distance of features")
        parser.add_argument("--adversarial", type=float, default=0.1, help="weight of fooling the critic")
        parser.add_argument("--variety", type=float, default=1.0, help="weight of two fillings being different")
        parser.add_argument("--margin", type=float, default=0.3, help="how different they should be")
        parser.add_argument("--mercy", type=float, default=0.6, help="how much of the worse filling is forgiven")
        parser.add_argument("--parts", type=float, default=0.3, help="share of holes that are eyes, a mouth, a nose")
        parser.add_argument("--save-every", type=float, default=4, help="minutes between checkpoints")

    run, args = parse_run(__doc__, "faces128.zip or the folder that holds it", 80, extra)
    portraits = load_portraits(run.data, "train")
    bank = mask_bank(100_000 + run.seed, 2500).to(run.device)
    chance = torch.Generator().manual_seed(run.seed)
    parts = torch.stack([part_mask(chance).byte() for _ in range(500)]).to(run.device)
    test = load_portraits(run.data, "test", 48).float().div(127.5).sub(1).to(run.device)
    test_masks = mask_bank(1, len(test), low=0.1, high=0.45).float().to(run.device)
    lesson, saved, step, said = Lesson(run, args), time.monotonic(), 0, ""
    for step, progress in clock(run.minutes, "inpainting"):
        for optimiser in lesson.optimisers.values():
            for group in optimiser.param_groups:
                group["lr"] = args.lr * min(1, (step + 1) / 100, 2.2 * (1 - progress) + 0.04)
        two_acts = progress >= args.first_act
        count = args.pairs if two_acts else args.batch
        pick = torch.randint(len(portraits), (count,))
        real = vary(portraits[pick].float().div_(127.5).sub_(1)).to(run.device)
        said = (lesson.second_act if two_acts else lesson.first_act)(real, draw(bank, parts, count, args.parts))
        lesson.average.update(lesson.generator, step)
        if time.monotonic() - saved > 60 * args.save_every:
            figures = lesson.save(run.out, step + 1, test, test_masks)
            print(f"\nstep {step + 1}: {said}; {figures}", flush=True)
            saved = time.monotonic()
    print(f"\nstep {step + 1}: {said}; {lesson.save(run.out, step + 1, test, test_masks)}", flush=True)


if __name__ == "__main__":
    main()
