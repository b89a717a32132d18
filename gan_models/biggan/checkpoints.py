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
        sha256="dc1bf82806c2807d43738626aa2cde68e12cb6ac3958db6fd1d9719fe9ecacef",
        resolution=32,
        channels=3,
        parameters=1_067_812,
        training_data=ABOUT,
        training="4,780 steps of 128 pictures, from nothing, in 7 minutes of an H200 that three to four other trainings used as well: 5 as below, then 1.75 more from that state",
        paper="Zhang et al. (2019), Self-Attention Generative Adversarial Networks; Brock et al. (2019), Large Scale GAN Training for High Fidelity Natural Image Synthesis",
        summary="Paints ten kinds of things and mixtures of them at 32x32, and shows where it looked.",
        metrics={
            "The classifier reads the class that was asked for in 1,000 samples (in as many test pictures)": "91.5 % (81.5 %)",
            "SqueezeNet-FD and KD of 1,000 samples to 1,000 test pictures (1,000 training pictures)": "147 and 18 (89 and 1)",
            "The same three with attention switched off": "89.4 %; 351 and 148",
            "The same three after the first 5 minutes; of a twin without attention, in the same time": "88.0 %; 167 and 25; 89.8 %; 152 and 21",
            "Distance to the nearest of 1,000 training pictures in SqueezeNet's features, median and least (test pictures)": "31.6 and 18.5 (32.6 and 12.3)",
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
