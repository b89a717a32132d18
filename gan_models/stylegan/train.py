"""Train the style-based face GAN: ``python -m gan_models.stylegan.train --data DIR --minutes 140``.

Two acts, for a processor's budget:

1. A variational autoencoder (Kingma and Welling, 2014) around the generator: an encoder finds a face's place in
   latent space, the generator draws it again, and pixels and frozen SqueezeNet features are compared.
2. The adversarial game (Larsen et al., 2016, "VAE-GAN"). Half of a batch is drawn from the places of real faces, half
   from noise, with styles mixed (Karras et al., 2019). A discriminator of pixels with a lazy R1 penalty (Mescheder et
   al., 2018) and two that look at frozen features (Sauer et al., 2021), one at patches and one at what stands where,
   judge both; the first half must also still resemble its faces, so that no kind of face is forgotten.

Start small: ``--size 32``, then ``--resume`` its state with ``--size 64``, and so on. The layers of the new size begin
as if they were not there (progressive growing, Karras et al., 2018). What ships is the moving average of the generator;
the encoder ships too and finds a visitor's face.
"""

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.core.errors import CheckpointError
from gan_models.core.squeezenet import load_squeezenet
from gan_models.data.celeba import flip_half, to_signed
from gan_models.data.portraits import load_portraits
from gan_models.metrics.squeezenet import squeeze_distances, squeeze_features
from gan_models.stylegan.growing import grow
from gan_models.stylegan.networks import StyleEncoder, StyleGANDiscriminator, StyleGANGenerator
from gan_models.stylegan.options import learning_groups, options
from gan_models.training.augmentation import augment
from gan_models.training.feature_discriminator import TAPS, FeatureDiscriminator, WholeDiscriminator
from gan_models.training.loop import MovingAverage, Run, frozen, parse_run, read_state
from gan_models.training.losses import discriminator_logistic, generator_nonsaturating, latent_price, r1_penalty
from gan_models.training.perceptual import relative_difference
from gan_models.training.selection import select_pictures
from gan_models.training.trainer import Trainer

SCALES = tuple(TAPS)
R1_EVERY = 16
SCORED = 1000  # pictures whose distance is measured with ``--score-minutes``


class StyleGANTrainer(Trainer):
    """Networks, optimisers and a step of each act.

    Args:
        faces: training pictures (N, 3, R, R) uint8.
    """

    name = "stylegan"

    def __init__(self, run: Run, args, faces: Tensor):
        super().__init__(run)
        self.args, self.batch = args, args.batch
        self.side = 64 if args.size == 32 else 128  # at which features are seen
        self.faces = faces.to(run.device)
        self.generator = self.place(StyleGANGenerator(args.size), "stylegan_generator")
        self.pixels = self.place(StyleGANDiscriminator(args.size), "stylegan_discriminator")
        self.encoder = self.place(StyleEncoder(args.size), "stylegan_encoder")
        self.heads, self.whole = self.place(FeatureDiscriminator(48)), self.place(WholeDiscriminator(self.side))
        self.extractor = self.place(load_squeezenet(args.features))
        self.learnt = select_pictures(self.faces, lambda page: self.extractor(page, SCALES[1:]), args.leave_out)
        self.networks = {
            "generator": self.generator, "pixels": self.pixels, "encoder": self.encoder, "heads": self.heads,
            "whole": self.whole,
        }  # fmt: skip
        self.averages = {
            "average": MovingAverage(self.generator, 0.99), "average_encoder": MovingAverage(self.encoder, 0.99)
        }  # fmt: skip
        self.optimisers = {
            "optimise_a": torch.optim.Adam(learning_groups(self.generator, self.encoder), betas=(0.9, 0.99)),
            "optimise_g": torch.optim.Adam(learning_groups(self.generator, self.encoder), betas=(0.0, 0.99)),
            "optimise_d": torch.optim.Adam([*self.pixels.parameters(), *self.heads.parameters()], betas=(0.0, 0.99)),
            "optimise_w": torch.optim.Adam(self.whole.parameters(), betas=(0.0, 0.99)),
        }
        self.optional = ("optimise_a", "optimise_w", "whole")
        self.seen |= {"played": 0, "introduced": 0, "began": 0, "size": args.size}
        shipped = run.resume and run.resume.is_dir()
        self.first_act = 0.0 if shipped else args.first_act

    def restore(self, path: Path) -> tuple[dict, dict[str, Tensor]]:
        flat, numbers = read_state(path)
        pictures = numbers.get("pictures", 0)
        numbers = {"steps": pictures // self.batch, "began": pictures, "size": self.args.size} | numbers
        if numbers["size"] == self.args.size:
            return numbers, super().restore(path)[1]
        if 2 * numbers["size"] != self.args.size:
            raise CheckpointError(f"{path} is of size {numbers['size']}; go on with that, or grow it to twice as much")
        for name, network in self.networks.items():
            if name == "whole":
                continue  # its places are others now: it begins anew
            grow(network, {k.removeprefix(f"{name}."): v for k, v in flat.items() if k.startswith(f"{name}.")})
        return numbers | {"began": pictures, "size": self.args.size}, {}

    def act(self) -> float:
        """How far the first act is; from 1 on it is over, and never comes back."""
        over = self.seen["played"] or not self.first_act
        return 1.0 if over else self.seen["seconds"] / 60 / self.first_act

    def rates(self, progress: float) -> dict[str, float]:
        args, steps = self.args, (self.seen["pictures"] - self.seen["began"]) / self.batch + 1
        if (act := self.act()) < 1:
            return {"optimise_a": 1e-3 * min(1, steps / 100) * min(1, 1.5 - act)}
        slow = min(1, 4 * (1 - progress) + 0.05) if args.decay else 1.0
        warm = min(1, (self.seen["played"] + 1) / 300, steps / 300)
        rate_d = args.lr_d * slow * min(1, (steps + 1) / 100)
        return {"optimise_g": args.lr * slow * warm, "optimise_d": rate_d, "optimise_w": 0.4 * rate_d}

    def step(self, progress: float) -> dict[str, Tensor]:
        first = self.act() < 1
        real = flip_half(to_signed(self.faces[self.learnt[self.pick(len(self.learnt), self.batch)]]))
        for average in self.averages.values():
            average.decay = 0.99 if first else 0.999
        if first:
            return self.draw_again(real)
        return self.introduce(real) if self.seen["introduced"] < self.args.introduce else self.play(real)

    def look(self, pictures: Tensor) -> list[Tensor]:
        """Features of pictures (N, 3, R, R) at each scale, seen at :attr:`side`."""
        if pictures.shape[2] != self.side:
            pictures = F.interpolate(pictures, size=self.side, mode="bilinear", align_corners=False)
        return self.extractor(pictures, SCALES)

    def places(self, faces: Tensor) -> tuple[Tensor, Tensor]:
        """Places (N, z_dim) of faces, drawn from what the encoder says, and their price."""
        mean, log_variance = self.encoder(faces)
        return mean + torch.randn_like(mean) * (log_variance / 2).exp(), latent_price(mean, log_variance)

    def draw_again(self, real: Tensor) -> dict[str, Tensor]:
        """One step of the first act on faces (N, 3, R, R)."""
        z, price = self.places(real)
        made = self.generator(z)
        with torch.no_grad():
            wanted = self.look(real)
        pixels, seen = F.mse_loss(made, real), relative_difference(self.look(made), wanted)
        weight = min(1, 0.1 + self.seen["pictures"] / 20000)
        self.descend(self.optimisers["optimise_a"], (6000 * pixels + 100 * seen + weight * price) / 100, longest=2.0)
        return {"pixels": pixels, "seen": seen, "price": price}

    def play(self, real: Tensor) -> dict[str, Tensor]:
        """One step of the second act on faces (N, 3, R, R)."""
        args, half = self.args, self.batch // 2
        with torch.set_grad_enabled(not args.still_encoder):
            z, price = self.places(real[:half])
        noise = self.generator.synthesis.noise(self.batch, device=self.device)
        made = self.generator.synthesis(self.mixed_styles(z, self.batch - half), noise)
        pixels = F.mse_loss(made[:half], real[:half])
        real, fake = augment(args.augment, real, made) if args.augment else (real, made)
        features = self.look(fake)
        with torch.no_grad():
            wanted = self.look(real)

        real_pixels, fake_pixels = self.pixels(real), self.pixels(fake.detach())
        loss_d = discriminator_logistic(real_pixels, fake_pixels)
        for a, b in zip(self.heads(wanted), self.heads([f.detach() for f in features]), strict=True):
            loss_d = loss_d + args.heads * discriminator_logistic(a, b)
        whole = self.learn_whole(wanted, features)
        if self.seen["played"] % R1_EVERY == 0:
            part = real[:half].detach().requires_grad_(True)
            loss_d = loss_d + args.r1 / 2 * R1_EVERY * r1_penalty(self.pixels(part), part)
        self.descend(self.optimisers["optimise_d"], loss_d)

        with frozen(self.pixels, self.heads, self.whole):
            adversarial = generator_nonsaturating(self.pixels(fake))
            adversarial = adversarial + args.whole * generator_nonsaturating(self.whole(features))
            for a in self.heads(features):
                adversarial = adversarial + args.heads * generator_nonsaturating(a)
        seen = relative_difference([f[:half] for f in features], [f[:half] for f in wanted])
        loss = adversarial + args.rebuild * (1500 * pixels + 100 * seen + price) / 100
        self.descend(self.optimisers["optimise_g"], loss)
        self.seen["played"] += 1
        return {
            "discriminators": loss_d, "on real": real_pixels.mean(), "on made": fake_pixels.mean(),
            "whole": whole,
            "generator": adversarial, "pixels": pixels, "seen": seen, "price": price,
        }  # fmt: skip

    def learn_whole(self, wanted: list[Tensor], features: list[Tensor]) -> Tensor:
        """A step of the discriminator of the whole on the features of real and made pictures; its loss."""
        loss = discriminator_logistic(self.whole(wanted), self.whole([f.detach() for f in features]))
        self.descend(self.optimisers["optimise_w"], loss)
        return loss

    @torch.no_grad()
    def introduce(self, real: Tensor) -> dict[str, Tensor]:
        """One step of the discriminator of the whole alone: it is new to a game that the others know well."""
        half = self.batch // 2
        w = self.mixed_styles(self.places(real[:half])[0], self.batch - half)
        made = self.generator.synthesis(w, self.generator.synthesis.noise(self.batch, device=self.device))
        wanted, features = self.look(real), self.look(made)
        self.seen["introduced"] += 1
        with torch.enable_grad():
            return {"whole": self.learn_whole(wanted, features)}

    def mixed_styles(self, places: Tensor, count: int) -> Tensor:
        """Styles (M + count, layers, w_dim): of M places, and of noise, some with another's from a random layer on."""
        z = torch.randn(2 * count, self.generator.z_dim, device=self.device)
        w = self.generator.spread(self.generator.mapping(torch.cat([places, z])))
        ours, first, second = w.split([len(places), count, count])
        layers = w.shape[1]
        cut = torch.randint(1, layers, (count, 1, 1), device=self.device)
        cut = torch.where(torch.rand(count, 1, 1, device=self.device) < self.args.mix, cut, layers)
        with torch.no_grad():
            self.generator.mean_w.lerp_(first[:, 0].mean(0), 0.01)
        below = torch.arange(layers, device=self.device)[None, :, None] < cut
        return torch.cat([ours, torch.where(below, first, second)])

    def samples(self, count: int) -> Tensor:
        noise = self.fixed_noise(count, self.generator.z_dim)
        return torch.cat([self.averages["average"].network(z) for z in noise.split(64)]).clamp(-1, 1)

    def real(self, count: int) -> Tensor:
        order = torch.randperm(len(self.faces), generator=torch.Generator().manual_seed(2))[:count]
        return to_signed(self.faces[order.to(self.device)])

    def features(self, pictures: Tensor) -> Tensor:
        return self.look(pictures)[-1].mean((2, 3))

    def sheet(self) -> tuple[Tensor, int]:
        """48 samples, 12 faces, and the same twelve, found and drawn again."""
        faces = self.real(12)
        again = self.averages["average"].network(self.averages["average_encoder"].network(faces)[0])
        return torch.cat([self.samples(48), faces, again]), 12

    def score(self) -> tuple[float, str]:
        """SqueezeNet-FD to as many real faces."""
        made, real = (squeeze_features(self.extractor, p) for p in (self.samples(SCORED), self.real(SCORED)))
        fd, kd = squeeze_distances(made, real)
        return fd, f"FD {fd:.0f}, KD {kd:.0f} of {len(made)} samples"

    def weights(self) -> dict[str, nn.Module]:
        return {
            "stylegan_generator": self.averages["average"].network, "stylegan_discriminator": self.pixels,
            "stylegan_encoder": self.averages["average_encoder"].network,
        }  # fmt: skip


def main(argv: list[str] | None = None) -> StyleGANTrainer:
    """The command of this file's head."""
    run, args = parse_run(__doc__, "faces128.zip or the folder that holds it", 140, options, argv)
    faces = load_portraits(run.data, "train")
    if args.size != 128:
        faces = torch.cat([F.interpolate(p.float(), size=args.size, mode="area").byte() for p in faces.split(500)])
    return StyleGANTrainer(run, args, faces).train()


if __name__ == "__main__":
    main()
