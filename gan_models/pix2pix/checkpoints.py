"""Our pix2pix models: what each paints, and its networks: the GAN's generator, its L1 twin, the discriminators."""

from dataclasses import dataclass
from functools import partial

from gan_models.core.checkpoint import Checkpoint, by_name, ours
from gan_models.pix2pix.networks import MultiScaleDiscriminator, UNetGenerator

PAPER = "Isola et al. (2017), Image-to-Image Translation with Conditional Adversarial Networks"


@dataclass(frozen=True)
class Subject:
    """What a model paints, and from what.

    Attributes:
        kind: of input, see :data:`gan_models.data.paired_data.KINDS`.
        inputs: channels of it.
        size: pixels of the longer side of what it paints.
        palette: colours (red, green, blue) that its training pictures have, the groups that k-means finds; a seed
            picks one. Of ``grey`` pictures, tints from 0 to 255, see
            :func:`gan_models.data.paired_data.tint_of`, chosen by eye: the second is the mean of all, the others
            ask for more than one colour at once.
        data: what it was trained on.
        paints: for the card.
    """

    kind: str
    inputs: int
    size: int
    palette: tuple[tuple[int, int, int], ...]
    data: str
    paints: str


SUBJECTS = {
    "things": Subject(
        "drawing", 1, 128,
        (
            (190, 69, 81), (75, 120, 149), (103, 73, 62), (216, 118, 143), (41, 40, 40), (190, 148, 93),
            (150, 191, 204), (222, 218, 212), (139, 95, 74), (99, 93, 91), (192, 175, 153), (60, 56, 55),
        ),
        "1,995 drawn edges and photographs, 128x128, of pix2pix's edges2shoes (UT Zappos50K) and edges2handbags (Zhu "
        "et al., 2016); non-commercial research",
        "a shoe or a handbag from a line drawing",
    ),
    "facades": Subject(
        "labels", 12, 256,
        (
            (151, 128, 104), (140, 132, 120), (101, 98, 92), (149, 141, 128), (131, 112, 92), (124, 127, 126),
            (115, 97, 81), (96, 102, 106), (156, 151, 144), (83, 76, 68),
        ),
        "400 house fronts with label maps, 256x256 (CMP Facades; Tylecek and Sara, 2013); non-commercial research",
        "a house front from a map of twelve labels",
    ),
    "colour": Subject(
        "grey", 1, 128,
        (
            (153, 89, 178), (174, 54, 138), (153, 102, 217), (115, 127, 191), (127, 26, 191), (178, 38, 217),
            (217, 64, 166),
        ),
        "2,376 of 2,639 photographs, their middles at 160x160: 600 of horse2zebra (ImageNet), 800 flowers (Flickr), 800 "
        "adult faces (UTKFace), 239 of BSDS500, 200 house fronts (CMP Facades); non-commercial research",
        "a photograph's colours from its light",
    ),
}  # fmt: skip

OURS: dict[str, dict] = {
    "pix2pix-things-generator": {
        "sha256": "e27dc7fdb2504e1abdf39d0fc5f838ac08090a292165d886c48037b79d061cf2",
        "training": "6,599 steps of 6 crops in two runs of 40 and 36 minutes of one CPU core that others used as well, from the twin's weights",
        "metrics": {
            "LPIPS (squeeze), 400 test pairs": "0.156 (the twin 0.280, mean colour 0.722)",
            "L1, pixels in [-1, 1]": "0.161 (the twin 0.155, mean colour 0.783)",
            "SqueezeNet-FD and KD": "729 and 277 (the twin 1,668 and 881, mean colour 5,080 and 3,034)",
        },
    },
    "pix2pix-things-twin": {
        "sha256": "e3d02f1a3b4bf0b8a54f8af6536648f0d4c6c6f9ba1760ce0ca3ce64c3748014",
        "training": "943 steps of 8 crops in 12 minutes of one CPU core that others used as well",
        "metrics": {
            "LPIPS (squeeze), 400 test pairs": "0.280 (the GAN 0.156, mean colour 0.722)",
            "L1, pixels in [-1, 1]": "0.155 (the GAN 0.161, mean colour 0.783)",
            "SqueezeNet-FD and KD": "1,668 and 881 (the GAN 729 and 277, mean colour 5,080 and 3,034)",
        },
    },
    "pix2pix-things-discriminator": {
        "sha256": "f7e7372aebeb39f3c0dbecbe8f60d70837d1be5f6e7fc688cabb6f922baac067",
        "training": "with its generator",
        "metrics": {
            "judged by": "the map it lays over pictures; no figure",
        },
    },
    "pix2pix-facades-generator": {
        "sha256": "764d7dc0a08744eaf414335f3fef3dfaf779e127bde4d78e5edeb82355255081",
        "training": "2,564 steps of 6 crops in 50 minutes of one CPU core that others used as well, from the twin's weights",
        "metrics": {
            "LPIPS (squeeze), 106 test pairs": "0.361 (the twin 0.524, mean colour 0.823)",
            "L1, pixels in [-1, 1]": "0.357 (the twin 0.319, mean colour 0.366)",
            "SqueezeNet-FD and KD": "1,439 and 1,018 (the twin 2,448 and 1,868, mean colour 5,876 and 3,992)",
        },
    },
    "pix2pix-facades-twin": {
        "sha256": "cbf6b253cd2b59c504d6493db86940e233cd2ca698750b88b04f84330dcad03f",
        "training": "1,584 steps of 8 crops in 15 minutes of one CPU core that others used as well",
        "metrics": {
            "LPIPS (squeeze), 106 test pairs": "0.524 (the GAN 0.361, mean colour 0.823)",
            "L1, pixels in [-1, 1]": "0.319 (the GAN 0.357, mean colour 0.366)",
            "SqueezeNet-FD and KD": "2,448 and 1,868 (the GAN 1,439 and 1,018, mean colour 5,876 and 3,992)",
        },
    },
    "pix2pix-facades-discriminator": {
        "sha256": "ab8e70afc2126f9eec7ae07ea08299e8f5d4c19f6a5227b9420d4ee8018a610f",
        "training": "with its generator",
        "metrics": {
            "judged by": "the map it lays over pictures; no figure",
        },
    },
    "pix2pix-colour-generator": {
        "sha256": "24982ddeaa8b59a86bfbfb4b88e9d229a4ee9e4755ee64a9db4ce58f20d32852",
        "training": "1,722 steps of 6 crops in 48 minutes of one CPU core that others used as well, from the twin's weights",
        "metrics": {
            "LPIPS (squeeze), 264 test photographs": "0.104, at the tint of seed 0 0.262 (the twin 0.123, mean colour 0.129, grey 0.258)",
            "L1, pixels in [-1, 1]": "0.080, at the tint of seed 0 0.164 (the twin 0.078, mean colour 0.081, grey 0.144)",
            "SqueezeNet-FD and KD": "469 and 31, at the tint of seed 0 1,333 and 591 (the twin 740 and 148, mean colour 757 and 176, grey 1,103 and 308)",
            "Mean chroma in CIE L*a*b*": "19.8, at the tint of seed 0 18.9 (the photographs 20.7, the twin 17.7)",
        },
    },
    "pix2pix-colour-twin": {
        "sha256": "eadb5de71dc34e34d67872b292fa2e4f620d3db8a9f7947c9ff475d49c5830af",
        "training": "660 steps of 8 crops in 5 minutes of one CPU core that others used as well",
        "metrics": {
            "LPIPS (squeeze), 264 test photographs": "0.123 (the GAN 0.104, mean colour 0.129, grey 0.258)",
            "L1, pixels in [-1, 1]": "0.078 (the GAN 0.080, mean colour 0.081, grey 0.144)",
            "SqueezeNet-FD and KD": "740 and 148 (the GAN 469 and 31, mean colour 757 and 176, grey 1,103 and 308)",
            "Mean chroma in CIE L*a*b*": "17.7 (the photographs 20.7, the GAN 19.8)",
        },
    },
}  # name -> sha256 and metrics of a file that ships


def entries(name: str, subject: Subject) -> list[Checkpoint]:
    """The entries of a subject's three files, of those that ship."""
    generator, discriminator = (partial(build, subject.inputs) for build in (UNetGenerator, MultiScaleDiscriminator))
    counts = (1_245_164, 644_034) if subject.kind == "labels" else (1_232_492, 632_770)
    files = (
        ("generator", generator, counts[0], f"Paints {subject.paints}, trained against discriminators."),
        ("twin", generator, counts[0], f"Paints {subject.paints}; it has only ever met the L1 distance."),
        ("discriminator", discriminator, counts[1], f"Says of each patch whether {subject.paints} is a photograph."),
    )
    return [
        ours(
            name=f"pix2pix-{name}-{part}", build=build, file=f"pix2pix_{name}_{part}.safetensors", parameters=count,
            resolution=subject.size, channels=3, training_data=subject.data, paper=PAPER, summary=summary,
            **OURS[f"pix2pix-{name}-{part}"],
        )
        for part, build, count, summary in files
        if f"pix2pix-{name}-{part}" in OURS
    ]  # fmt: skip


CHECKPOINTS = by_name(*(entry for name, subject in SUBJECTS.items() for entry in entries(name, subject)))
