"""Our style-based face GAN, the encoder that finds a face, and the distance by which its likeness is measured."""

from functools import partial

from gan_models.core.checkpoint import by_name, ours
from gan_models.metrics.closeness import Lpips
from gan_models.stylegan.networks import StyleEncoder, StyleGANDiscriminator, StyleGANGenerator

RESOLUTION = 128
UTK = "UTKFace (Zhang et al., 2017), 17,727 adults, aligned and cut to 128x128; for non-commercial research only"
PAPER = "Karras et al. (2019), A Style-Based Generator Architecture for GANs; Karras et al. (2020), StyleGAN2"

CHECKPOINTS = by_name(
    ours(
        name="stylegan-generator",
        build=partial(StyleGANGenerator, RESOLUTION),
        file="stylegan_generator.safetensors",
        sha256="969f4df6ad07659937f4e4f21fd211a5076792ac9156f57b323b8658b3a87a07",
        resolution=RESOLUTION,
        channels=3,
        parameters=4_138_292,
        training_data=UTK,
        paper=PAPER,
        summary="Draws faces of people who do not exist, from a style vector for each layer.",
        training="5 minutes of autoencoder, 12 of the game at 32 pixels, 50 at 64 and 108 at 128, on one processor core",
        metrics={
            "SqueezeNet-FD and KD of 5,000 samples to the 1,000 test faces at 128x128 (5,000 training faces)": "158 and 83 (63 and 26)",
            "Frechet distance in the classifier's 192 features": "0.82 (training faces: 0.32)",
            "Test faces nearer to one of 2,500 samples than to one of 2,500 training faces, in SqueezeNet's and the classifier's features, and in pixels": "44 %, 49 %, 30 % (2,500 other training faces: 50 %, 51 %, 50 %)",
            "Samples closer to one of 5,000 training faces than 99 % of the test faces are, likewise (1 % if they are as new)": "0.1 %, 0.0 %, 0.0 %",
            "Of seeds 6000 to 6099 and 9000 to 9099 at truncation 0.7, counted by one reader on sheets": "62 and 66 pass at a glance, 13 and 11 are clearly broken",
            "Of seeds 31000 to 31099 at truncation 0.7, counted by another reader": "about 60 pass at a glance, about 14 are clearly broken",
            "A slider from -2 to 2 moves its own answer, in standard deviations (times any other answer)": "smile 1.8 (8), age 1.3 (11), gender 1.5 (8), glasses 1.5 (10), beard 0.5 (2.5), turn 2.3 (10), light 2.5 (16)",
            "Without its twelve units an answer falls by, in standard deviations": "glasses 0.8, smile 0.3, beard 0.3",
            "Strength of the noise that was learned": "at most 0.004: it is not used",
        },
    ),
    ours(
        name="stylegan-discriminator",
        build=partial(StyleGANDiscriminator, RESOLUTION),
        file="stylegan_discriminator.safetensors",
        sha256="f546aeaaf9243796d51553a109fe2f5ca9de477951a4c0dd5cd168b2a0c41cfd",
        resolution=RESOLUTION,
        channels=3,
        parameters=2_910_665,
        training_data=UTK,
        paper=PAPER,
        summary="The style-based generator's opponent: says how much a face looks like a photograph.",
        metrics={"Mean belief in 60 test faces; in 60 samples at truncation 0.7": "56 %; 16 %"},
    ),
    ours(
        name="stylegan-encoder",
        build=partial(StyleEncoder, RESOLUTION),
        file="stylegan_encoder.safetensors",
        sha256="c9849171e3b14b047f1e4758469fa9ceeabe7ea805982b3de95719183cef4630",
        resolution=RESOLUTION,
        channels=3,
        parameters=2_908_104,
        training_data=UTK,
        paper="Larsen et al. (2016), Autoencoding beyond Pixels",
        summary="Says from where the style-based generator would draw a face.",
        metrics={"LPIPS of four test faces, at 128x128: as guessed; after 60 steps of search": "0.25; 0.05"},
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
