"""What only the style-based GAN's training asks for on its command line, and in what steps its parts learn."""

from pathlib import Path

from torch import nn

from gan_models.stylegan.networks import StyleGANGenerator


def options(parser) -> None:
    """Add what only this script asks for."""
    add = parser.add_argument
    add("--features", type=Path, help="SqueezeNet 1.1 as safetensors; else torchvision fetches it")
    add("--size", type=int, choices=[32, 64, 128], default=128, help="height and width; a state of half of it grows")
    add("--batch", type=int, default=16, help="pictures a step, of each process")
    add("--lr", type=float, default=5e-4, help="of the generator; its layers have multiples of it")
    add("--lr-d", type=float, default=5e-4, help="of the discriminators")
    add("--r1", type=float, default=0.5, help="weight of the gradient penalty")
    add("--heads", type=float, default=0.5, help="weight of the discriminator of features")
    add("--whole", type=float, default=1.0, help="weight of the discriminator of what stands where")
    add("--introduce", type=int, default=0, help="steps that it learns alone, where a state does not know it")
    add("--rebuild", type=float, default=0.3, help="weight of: a face's place still gives that face")
    add("--augment", type=float, default=0.0, help="share of pictures whose light, colour or place both sides change")
    add(
        "--still-encoder",
        action="store_true",
        help="second act: the encoder learns no more, and cannot run away",
    )
    add(
        "--leave-out",
        type=float,
        default=0.0,
        help="share of faces left out as blurred, and as many as unlike all others",
    )
    add("--mix", type=float, default=0.4, help="share of samples whose styles are mixed")
    add("--decay", action="store_true", help="let the rates fall in the last quarter")
    add("--first-act", type=float, default=20, help="minutes of autoencoder")


def learning_groups(generator: StyleGANGenerator, encoder: nn.Module) -> list[dict]:
    """What the generator's optimisers learn, in groups whose weights need steps of different sizes."""
    synthesis = generator.synthesis
    equalized = [p for name, p in synthesis.named_parameters() if name.endswith("conv.weight")]
    known = {id(p) for p in equalized}
    return [
        {"params": equalized, "base": 8.0},
        {"params": [p for p in synthesis.parameters() if id(p) not in known], "base": 1.0},
        {"params": generator.mapping.parameters(), "base": 0.5},
        {"params": encoder.parameters(), "base": 1.0},
    ]
