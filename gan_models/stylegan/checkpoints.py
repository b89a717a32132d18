"""Our style-based face GAN, the encoder that finds a face, and the distance by which its likeness is measured."""

from functools import partial

from gan_models.core.checkpoint import by_name, ours
from gan_models.metrics.closeness import Lpips
from gan_models.stylegan.drafts import DraftReader
from gan_models.stylegan.networks import StyleEncoder, StyleGANDiscriminator, StyleGANGenerator

RESOLUTION = 128
UTK = "UTKFace (Zhang et al., 2017), 17,727 adults, aligned and cut to 128x128; for non-commercial research only"
PAPER = "Karras et al. (2019), A Style-Based Generator Architecture for GANs; Karras et al. (2020), StyleGAN2"

CHECKPOINTS = by_name(
    ours(
        name="stylegan-generator",
        build=partial(StyleGANGenerator, RESOLUTION),
        file="stylegan_generator.safetensors",
        sha256="d2eb4866eee1491abb3a293a7bc1c90d87abf6b157b168a5f0b6422168181524",
        resolution=RESOLUTION,
        channels=3,
        parameters=4_241_956,
        training_data=UTK,
        paper=PAPER,
        summary="Draws faces of people who do not exist, from a style vector for each layer.",
        training="5 minutes of autoencoder, 12 of the game at 32 pixels, 50 at 64 and 226 at 128, on one processor core; 541,000 pictures in 11.5 minutes of a GPU; then, a little wider, 1,066,000 in 8 of an H100",
        metrics={
            "SqueezeNet-FD and KD of 5,000 samples to the 1,000 test faces at 128x128 (5,000 training faces)": "70 and 21 (63 and 26)",
            "Frechet distance in the classifier's 192 features": "0.34 (training faces: 0.32)",
            "Test faces nearer to one of 2,500 samples than to one of 2,500 training faces, in SqueezeNet's and the classifier's features, and in pixels": "56 %, 49 %, 38 % (2,500 other training faces: 50 %, 51 %, 50 %)",
            "Samples closer to one of 5,000 training faces than 99 % of the test faces are, likewise (1 % if they are as new)": "0.1 %, 0.0 %, 0.0 %",
            "First drafts of seeds 230000 to 230099 at truncation 0.65, shuffled among 50 photographs of the test part: let pass by two strict readers": "66 and 70 of the faces, 37 and 33 of the photographs; none is broken",
            "A slider from -2 to 2 moves its own answer, in standard deviations (times any other answer)": "smile 2.5 (14), age 1.7 (16), gender 1.7 (16), glasses 2.4 (29), beard 1.1 (7), turn 1.6 (12), light 2.7 (31)",
            "Without its twelve units an answer falls by, in standard deviations": "glasses 1.3, smile 0.4, beard 0.7",
            "Strength of the noise that was learned": "at most 0.001: it is not used",
        },
    ),
    ours(
        name="stylegan-discriminator",
        build=partial(StyleGANDiscriminator, RESOLUTION),
        file="stylegan_discriminator.safetensors",
        sha256="0218f2fc9c66808847fff1d4ffce74db18c78808ca6a750d825cd0ce3450a0cc",
        resolution=RESOLUTION,
        channels=3,
        parameters=2_910_665,
        training_data=UTK,
        paper=PAPER,
        summary="The style-based generator's opponent: says how much a face looks like a photograph.",
        metrics={"Mean belief in 60 test faces; in 60 samples at truncation 0.7": "51 %; 16 %"},
    ),
    ours(
        name="stylegan-encoder",
        build=partial(StyleEncoder, RESOLUTION),
        file="stylegan_encoder.safetensors",
        sha256="f5825d1d1b7c24bec528975f986df3a50b86db7346cfcdcaeb79c036ef5e506a",
        resolution=RESOLUTION,
        channels=3,
        parameters=2_908_104,
        training_data=UTK,
        paper="Larsen et al. (2016), Autoencoding beyond Pixels",
        summary="Says from where the style-based generator would draw a face.",
        metrics={"LPIPS of four test faces, at 128x128: as guessed; after 60 steps of search": "0.22; 0.04"},
    ),
    ours(
        name="stylegan-drafts",
        build=DraftReader,
        file="stylegan_drafts.safetensors",
        sha256="8335152544b2a3cb1a3afbb3406fdcc463f9cb90e5306c92b2cc643a0bd31106",
        resolution=RESOLUTION,
        channels=3,
        parameters=15_521,
        training_data=UTK,
        paper="Azadi et al. (2019), Discriminator Rejection Sampling; Issenhuth et al. (2022), Latent Reweighting, an Almost Free Improvement for GANs",
        summary="Says from a style vector how well its face will turn out, so that of a seed's 16 drafts the best is painted.",
        metrics={
            "In one pile at truncation 0.65, shuffled, 100 of its faces, seeds 260000 to 260099, and 50 photographs of the test part: let pass by four readers": "90, 69, 69 and 66 of its faces; 45, 37, 34 and 42 of the photographs; none of its faces is broken",
            "In another, 72 of its faces, seeds 281000 to 281071, and 72 first drafts, seeds 280000 to 280071, one reader": "71 and 38 pass",
            "Seeds 270000 to 270099 alone on one sheet, four readers": "96, 87, 87 and 86 pass, none is broken",
            "Of two marked pictures of which one passed, it is rated higher: by what is seen in the picture, held out; by the style vector": "81 %; 78 %",
            "Answers over chosen faces beside all, at truncation 0.65: their width, 1 if nothing were chosen": "age 0.8, gender 1.0, brightness 1.0, warmth 0.7, smile 0.9, beard 1.1, glasses 1.0, turn 0.7, light 0.7; means move by +0.4 of it (smile), -0.1 (age), +0.1 (beard), others by at most 0.1",
            "SqueezeNet-FD of 2,500 samples at truncation 0.65: chosen; first drafts (training faces)": "664; 259 (71)",
        },
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
