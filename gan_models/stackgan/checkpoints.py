"""Our flowers from words: the text encoder, both stages, and the second one's discriminator."""

from functools import partial

from gan_models.core.checkpoint import by_name, ours
from gan_models.stackgan.networks import DraftGenerator, RefiningGenerator, TextDiscriminator, TextEncoder

WORDS_KNOWN = 820
FLOWERS = (
    "Oxford 102 flowers (Nilsback and Zisserman, 2008), 7,374 pictures at 64x64, with sentences made from kind and measured "
    "colour, and unpaired human sentences of Reed et al. (2016); non-commercial research"
)
PAPER = "Zhang et al. (2017), StackGAN: Text to Photo-realistic Image Synthesis with Stacked GANs"

CHECKPOINTS = by_name(
    ours(
        name="stackgan-text",
        build=partial(TextEncoder, WORDS_KNOWN),
        file="stackgan_text.safetensors",
        sha256="b74a8539d96eec2c4390a032eb96c02e8116bda85f0f0deaeed2b51369e0d49b",
        resolution=64,
        channels=3,
        parameters=135_360,
        training_data=FLOWERS,
        paper="Reed et al. (2016), Learning Deep Representations of Fine-Grained Visual Descriptions",
        summary="Reads a sentence about a flower: 820 words to 128 numbers.",
        training="2,909 steps of 192 pairs, 5 minutes of one processor core",
        metrics={"A test photograph's own sentence is the nearest of 100": "66 % (chance 1 %)"},
    ),
    ours(
        name="stackgan-stage1",
        build=DraftGenerator,
        file="stackgan_stage1.safetensors",
        sha256="4074a8b99f780c16d73aac6c19aebfe883b3ca02d1d88374c59d8d959c9f0887",
        resolution=32,
        channels=3,
        parameters=2_666_892,
        training_data=FLOWERS,
        paper=PAPER,
        summary="Stage I: paints a draft of 32x32 pixels from a sentence and a seed.",
        training="3,347 steps of 16 pictures, 52 minutes of one processor core that others used as well",
        metrics={"SqueezeNet-FD and KD of 815 drafts to the 815 test photographs": "1,788 and 2,366"},
    ),
    ours(
        name="stackgan-stage2",
        build=RefiningGenerator,
        file="stackgan_stage2.safetensors",
        sha256="a15d35ad6e17850e814760537e23cc8fce993969ab9837217be505f57f9181bf",
        resolution=64,
        channels=3,
        parameters=664_524,
        training_data=FLOWERS,
        paper=PAPER,
        summary="Stage II: paints a flower of 64x64 pixels over the draft, reading the sentence again.",
        training="5,815 steps of 16 pictures: 36 minutes of one processor core that others used as well, and 15 of two",
        metrics={
            "Of seeds 7000 to 7099, half asked by colour and half by one of 102 kinds, counted by one strict reader": "23 pass at a glance, 63 have a flaw that is seen, 14 are no flower",
            "The classifier reads the asked colour in 815 flowers (in photographs)": "98.7 % (95.9 %)",
            "The asked kind is among its five likeliest of 102 (in photographs)": "63.2 % (81.0 %)",
            "SqueezeNet-FD and KD of 815 samples to the 815 test photographs (815 training photographs)": "501 and 166 (159 and -2)",
            "R-precision: the own sentence, with colour and kind, is nearest of 100 (photographs; chance)": "27 % (68 %; 1 %)",
            "Distance to the nearest of 815 training photographs in SqueezeNet's features, median and least (test photographs)": "34.6 and 21.0 (37.8 and 16.7)",
        },
    ),
    ours(
        name="stackgan-discriminator2",
        build=TextDiscriminator,
        file="stackgan_discriminator2.safetensors",
        sha256="0a7e55dbd708d448bdfe52e5646b693643e28b48b70856b5491662d2ea280947",
        resolution=64,
        channels=3,
        parameters=2_655_089,
        training_data=FLOWERS,
        paper="Reed et al. (2016), Generative Adversarial Text to Image Synthesis",
        summary="Stage II's opponent after 2,830 steps: whether a flower is a photograph and the sentence true of it.",
        metrics={
            "Mean belief in 200 test photographs under their own sentence and under another's; in painted ones": "55 % and 18 %; 31 % and 11 %"
        },
    ),
)
