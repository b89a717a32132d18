"""Train the class-conditional digit GAN on MNIST: ``python -m gan_models.cgan.train --data DIR --minutes 40``.

Conditional GAN after Mirza and Osindero (2014), with a projection discriminator (Miyato and Koyama, 2018), the
non-saturating loss, a lazy R1 penalty (Mescheder et al., 2018; Karras et al., 2020) and real digits under a wrong
label as further negatives (Reed et al., 2016, "GAN-CLS"), so that the discriminator cannot ignore the label.
"""

import torch
from torch.nn.functional import softplus

from gan_models.cgan.networks import DigitDiscriminator, DigitGenerator
from gan_models.core.device import fast_bfloat16
from gan_models.core.store import load_strictly
from gan_models.data.mnist import CLASSES, load_mnist, to_signed
from gan_models.training.loop import MovingAverage, clock, load_state, parse_run, save_sheet, save_state, save_weights
from gan_models.training.losses import discriminator_logistic, generator_nonsaturating, r1_penalty

R1_EVERY = 8


def main() -> None:
    def extra(parser):
        parser.add_argument("--batch", type=int, default=64)
        parser.add_argument("--lr", type=float, default=1e-3, help="at the start; falls to a tenth by the end")
        parser.add_argument("--r1", type=float, default=0.5, help="weight of the gradient penalty")
        parser.add_argument("--wrong-label", type=float, default=0.3, help="weight of mislabelled real digits")
        parser.add_argument("--save-every", type=int, default=500, help="steps between checkpoints")

    run, args = parse_run(__doc__, "folder with MNIST (downloaded into it where missing)", 40, extra)
    device, n = run.device, args.batch
    pictures, classes = load_mnist(run.data, train=True)
    pictures, classes = pictures.to(device), classes.to(device)

    generator = DigitGenerator().to(device, memory_format=torch.channels_last)
    discriminator = DigitDiscriminator().to(device, memory_format=torch.channels_last)
    average = MovingAverage(generator, 0.999)
    optimise_g = torch.optim.Adam(generator.parameters(), args.lr, betas=(0.0, 0.99))
    optimise_c = torch.optim.Adam(discriminator.parameters(), args.lr, betas=(0.0, 0.99))
    networks = {"generator": generator, "critic": discriminator, "average": average.network}
    optimisers = {"optimise_g": optimise_g, "optimise_c": optimise_c}
    if run.resume and run.resume.is_dir():  # weights that shipped: the optimisers begin anew
        load_strictly(average.network, run.resume / "digits_generator.safetensors")
        generator.load_state_dict(average.network.state_dict())
        load_strictly(discriminator, run.resume / "digits_critic.safetensors").train().requires_grad_(True)
    elif run.resume:
        load_state(run.resume, networks, optimisers)
    autocast = torch.autocast(device.type, torch.bfloat16, enabled=fast_bfloat16(device))
    fixed_z = torch.randn(10, generator.z_dim).repeat(10, 1).to(device)
    fixed_labels = torch.arange(CLASSES).repeat_interleave(10).to(device)

    def save(step: int) -> None:
        with torch.no_grad():
            save_sheet(average.network(fixed_z, fixed_labels), run.out / f"digits_{step:06d}.png", 10)
        save_state(run.out / "digits_state.safetensors", networks, optimisers)
        save_weights(average.network, run.out / "digits_generator.safetensors", half=True)
        save_weights(discriminator, run.out / "digits_critic.safetensors", half=True)

    step = 0
    for step, progress in clock(run.minutes, "digits"):
        for optimiser in optimisers.values():
            for group in optimiser.param_groups:
                group["lr"] = args.lr * min(1, 10 ** (1 - 2 * progress))  # level for half the time, then falling

        pick = torch.randint(len(pictures), (n,), device=device)
        real, labels = to_signed(pictures[pick]), classes[pick]
        half = n // 2
        wrong = (labels[:half] + torch.randint(1, CLASSES, (half,), device=device)) % CLASSES
        fake_labels = torch.randint(CLASSES, (n,), device=device)
        with autocast:
            with torch.no_grad():
                fake = generator(torch.randn(n, generator.z_dim, device=device), fake_labels)
            seen = torch.cat([real, fake.float(), real[:half]]), torch.cat([labels, fake_labels, wrong])
            on_real, on_fake, on_wrong = discriminator(*seen).float().split([n, n, half])
        loss_c = discriminator_logistic(on_real, on_fake) + args.wrong_label * softplus(on_wrong).mean()
        if step % R1_EVERY == 0:
            real.requires_grad_(True)
            loss_c = loss_c + args.r1 / 2 * R1_EVERY * r1_penalty(discriminator(real, labels), real)
        optimise_c.zero_grad(set_to_none=True)
        loss_c.backward()
        optimise_c.step()

        labels = torch.randint(CLASSES, (n,), device=device)
        discriminator.requires_grad_(False)
        with autocast:
            fake = generator(torch.randn(n, generator.z_dim, device=device), labels)
            loss_g = generator_nonsaturating(discriminator(fake, labels).float())
        discriminator.requires_grad_(True)
        optimise_g.zero_grad(set_to_none=True)
        loss_g.backward()
        optimise_g.step()
        average.update(generator, step)
        if (step + 1) % args.save_every == 0:
            save(step + 1)
            print(f"\nstep {step + 1}: critic {loss_c.item():.3f}, generator {loss_g.item():.3f}", flush=True)
    save(step + 1)


if __name__ == "__main__":
    main()
