"""Our generator of ten kinds of things, and BigGAN-deep on the Hub."""

from gan_models.biggan.deep import DeepGenerator
from gan_models.biggan.key_maps import without_spectral_norm
from gan_models.biggan.networks import ThingGenerator
from gan_models.core.checkpoint import Checkpoint, by_name, ours
from gan_models.data.things import ABOUT

CHECKPOINTS = by_name(
    ours(
        name="biggan-generator",
        build=ThingGenerator,
        file="biggan_generator.safetensors",
        sha256="10a3848042cad3558896414dc2d11aee2b723802aa9d65588096238c6f85448c",
        resolution=32,
        channels=3,
        parameters=1_067_812,
        training_data=ABOUT,
        training="3,292 steps of 32 pictures, 66 minutes of one processor core that others used as well; the recipe was mended three times on the way",
        paper="Zhang et al. (2019), Self-Attention Generative Adversarial Networks; Brock et al. (2019), Large Scale GAN Training for High Fidelity Natural Image Synthesis",
        summary="Paints ten kinds of things and mixtures of them at 32x32, and shows where it looked.",
        metrics={
            "The classifier reads the class that was asked for in 1,000 samples (in as many test pictures)": "89.2 % (81.5 %)",
            "SqueezeNet-FD and KD of 1,000 samples to 1,000 test pictures (1,000 training pictures)": "208 and 60 (89 and 1)",
            "The same three with attention switched off": "90.7 %; 295 and 95",
            "Distance to the nearest of 1,000 training pictures in SqueezeNet's features, median and least (test pictures)": "31.7 and 20.1 (32.6 and 12.3)",
        },
    ),
    Checkpoint(
        name="things-biggan-deep",
        build=DeepGenerator,
        file="pytorch_model.bin",
        sha256=None,
        embedded=False,
        repo_id="osanseviero/BigGAN-deep-128",
        revision="main",
        resolution=128,
        channels=3,
        parameters=50_388_609,
        training_data="ImageNet (Russakovsky et al., 2015; 1.28 million photographs of 1,000 classes), non-commercial research",
        licence="see the repository",
        paper="Brock et al. (2019), Large Scale GAN Training for High Fidelity Natural Image Synthesis",
        summary="DeepMind's BigGAN-deep of a thousand things, 128x128, turned into PyTorch by Hugging Face.",
        key_map=without_spectral_norm,
    ),
)
