"""Our style-based face GAN, the encoder that finds a face, and the distance by which its likeness is measured."""

from functools import partial

from gan_models.core.checkpoint import by_name, ours
from gan_models.metrics.closeness import Lpips
from gan_models.stylegan.networks import StyleEncoder, StyleGANDiscriminator, StyleGANGenerator

RESOLUTION = 64
UTK = "UTKFace (Zhang et al., 2017), 17,727 adults, aligned and cut to 128x128; for non-commercial research only"
PAPER = "Karras et al. (2019), A Style-Based Generator Architecture for GANs; Karras et al. (2020), StyleGAN2"

CHECKPOINTS = by_name(
    ours(
        name="stylegan-generator",
        build=partial(StyleGANGenerator, RESOLUTION),
        file="stylegan_generator.safetensors",
        sha256="3a0b2b664f281b8fbc21989bdc8c76025dab509af693d4a516634e4298b642d0",
        resolution=RESOLUTION,
        channels=3,
        parameters=4_059_703,
        training_data=UTK,
        paper=PAPER,
        summary="Draws faces of people who do not exist, from a style vector for each layer.",
        training="5 minutes of autoencoder, 12 of the game at 32 pixels and 50 at 64, on one processor core that was shared with others",
        metrics={
            "SqueezeNet-FD and KD of 1,000 samples to the 1,000 test faces at 128x128 (1,000 training faces)": "546 and 663 (93 and 30)",
            "Frechet distance in the classifier's 192 features": "1.77 (training faces: 0.57)",
            "Test faces nearer to one of 500 samples than to one of 500 training faces, in SqueezeNet's and the classifier's features": "39 %, 44 % (500 other training faces: 53 %, 50 %)",
            "Of 100 fresh seeds, counted by one reader on a sheet at truncation 0.8": "about 45 pass at a glance, about 18 are clearly broken",
            "Of seeds 9000 to 9099 at truncation 0.7, counted by another reader": "about 45 pass at a glance, about 22 are clearly broken",
            "A slider from -2 to 2 moves its own answer, in standard deviations (times any other answer)": "smile 2.3 (18), age 1.4 (11), gender 1.1 (6), glasses 1.4 (6), beard 0.9 (3), turn 2.3 (15), light 2.5 (12)",
            "Strength of the noise that was learned": "at most 0.01: it is not used",
        },
    ),
    ours(
        name="stylegan-discriminator",
        build=partial(StyleGANDiscriminator, RESOLUTION),
        file="stylegan_discriminator.safetensors",
        sha256="a62a86131ac20ebe2e4b710b18fd9a20751cbb8a2f799734d9d78100530b3dab",
        resolution=RESOLUTION,
        channels=3,
        parameters=2_871_649,
        training_data=UTK,
        paper=PAPER,
        summary="The style-based generator's opponent: says how much a face looks like a photograph.",
        metrics={"Mean belief in 60 test faces; in 60 samples at truncation 0.7": "48 %; 24 %"},
    ),
    ours(
        name="stylegan-encoder",
        build=partial(StyleEncoder, RESOLUTION),
        file="stylegan_encoder.safetensors",
        sha256="f8a0fae351c60545572191d823807823f0d8e69d84b90c803f9df07aa1e47491",
        resolution=RESOLUTION,
        channels=3,
        parameters=2_869_088,
        training_data=UTK,
        paper="Larsen et al. (2016), Autoencoding beyond Pixels",
        summary="Says from where the style-based generator would draw a face.",
        metrics={"LPIPS of four test faces, at 128x128: as guessed; after 60 steps of search": "0.22; 0.05"},
    ),
    ours(
        name="lpips-squeezenet",
        build=Lpips,
        file="lpips_squeezenet.safetensors",
        sha256="95763be44baa198a8b2f8f85d33bcdfafeb6707e06473af67b1db805f5b8cf43",
        resolution=128,
        channels=3,
        parameters=724_736,
        training_data="not trained here: SqueezeNet 1.1 as torchvision gives it (ImageNet; BSD 3-clause), and the LPIPS v0.1 weights of its authors (BSD 2-clause)",
        paper="Zhang et al. (2018), The Unreasonable Effectiveness of Deep Features as a Perceptual Metric",
        summary="Says how unlike two pictures look.",
        metrics={"Figures": "those of its authors"},
    ),
)
