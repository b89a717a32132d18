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
        sha256="7045cbe72d212c324dde325868dee5570bf11483cf353ed6cd154b597a3e9c17",
        resolution=RESOLUTION,
        channels=3,
        parameters=4_138_292,
        training_data=UTK,
        paper=PAPER,
        summary="Draws faces of people who do not exist, from a style vector for each layer.",
        training="5 minutes of autoencoder, 12 of the game at 32 pixels, 50 at 64 and 226 at 128, on one processor core; last 541,000 pictures in 11.5 minutes of a GPU",
        metrics={
            "SqueezeNet-FD and KD of 5,000 samples to the 1,000 test faces at 128x128 (5,000 training faces)": "104 and 60 (63 and 26)",
            "Frechet distance in the classifier's 192 features": "0.56 (training faces: 0.32)",
            "Test faces nearer to one of 2,500 samples than to one of 2,500 training faces, in SqueezeNet's and the classifier's features, and in pixels": "50 %, 44 %, 28 % (2,500 other training faces: 50 %, 51 %, 50 %)",
            "Samples closer to one of 5,000 training faces than 99 % of the test faces are, likewise (1 % if they are as new)": "0.0 %, 0.0 %, 0.0 %",
            "Of first drafts of seeds 6000 to 6099, 9000 to 9099 and 31000 to 31099 at truncation 0.7, counted by one reader on sheets": "86, 85 and 88 pass at a glance, 5, 4 and 3 are clearly broken",
            "Of those of seeds 6000 to 6099, 31000 to 31099 and 50000 to 50099, counted by a second, stricter reader who did not know what they were": "69, 65 and 74 pass, 0, 0 and 1 are broken, the others have a flaw that is seen at a glance",
            "A slider from -2 to 2 moves its own answer, in standard deviations (times any other answer)": "smile 1.9 (11), age 0.8 (9), gender 1.4 (11), glasses 1.4 (6), beard 0.6 (8), turn 2.2 (12), light 2.5 (37)",
            "Without its twelve units an answer falls by, in standard deviations": "glasses 1.0, smile 0.4, beard 0.8",
            "Strength of the noise that was learned": "at most 0.003: it is not used",
        },
    ),
    ours(
        name="stylegan-discriminator",
        build=partial(StyleGANDiscriminator, RESOLUTION),
        file="stylegan_discriminator.safetensors",
        sha256="27c1403ecf215c1bce86e569ce44653ed82c0cbded6faa0feaae6bc88e577bf9",
        resolution=RESOLUTION,
        channels=3,
        parameters=2_910_665,
        training_data=UTK,
        paper=PAPER,
        summary="The style-based generator's opponent: says how much a face looks like a photograph.",
        metrics={"Mean belief in 60 test faces; in 60 samples at truncation 0.7": "57 %; 16 %"},
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
        sha256="35686209898d500ed9ca1f33dfa32da8cc76b11cf9cc095ab64d15e256f80efa",
        resolution=RESOLUTION,
        channels=3,
        parameters=15_521,
        training_data=UTK,
        paper="Azadi et al. (2019), Discriminator Rejection Sampling; Issenhuth et al. (2022), Latent Reweighting, an Almost Free Improvement for GANs",
        summary="Says from a style vector how well its face will turn out, so that of a seed's 32 drafts the best is painted.",
        metrics={
            "In one pile at truncation 0.65, shuffled, 100 of its faces, seeds 190000 to 190099, and 50 photographs of the test part: let pass by two readers": "88 and 85 of its faces, 45 and 48 of the photographs; none is broken",
            "In another, of seeds 210000 to 210074 what this fit chooses and what one with 3,150 marks chose, one reader": "57 of 75 and 38 of 75 pass, none is broken",
            "Seeds 220000 to 220099 alone on one sheet, two stricter readers (the fit before, seeds 170000 to 170099, a third one: 79)": "73 and 68 pass, none is broken",
            "Of two marked pictures of which one passed, it is rated higher: by what is seen in the picture, held out; by the style vector": "83 %; 75 %",
            "Answers over the best of 8, raised, beside all seeds: their width, 1 if nothing were chosen": "age 0.9, gender 1.0, brightness 0.9, warmth 0.6, smile 1.0, beard 1.1, glasses 0.7, turn 0.5, light 0.5; means move by +0.5 of it (smile), -0.2 (age, glasses), others by at most 0.1",
            "SqueezeNet-FD of 2,500 samples at truncation 0.65: chosen; first drafts (training faces)": "1,016; 292 (71)",
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
