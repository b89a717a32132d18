"""Our horses and zebras, and two public pairs on the Hub."""

from functools import partial

from gan_models.core.checkpoint import Checkpoint, by_name, ours
from gan_models.cyclegan.key_maps import UPIT_PARTS, discriminator_from, generator_from
from gan_models.cyclegan.networks import PatchDiscriminator, ResNetGenerator
from gan_models.cyclegan.probe import KindProbe

PAPER = "Zhu et al. (2017), Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks"
DATA = "horse2zebra (Zhu et al., 2017; 958 horses and 1,217 zebras from ImageNet), non-commercial research"
light = partial(ResNetGenerator, 32, 6, light=True)
discriminator = partial(PatchDiscriminator, 32)
TRAINING = "2,133 steps of 4 pairs, 128x128 crops, in about 127 minutes of one CPU core that others used as well; crops 0.5 to 0.85 of a picture for 1,137 steps, 0.38 to 0.8 for 744, 0.48 to 0.8 for the rest; rates falling over the second half"
OURS: dict[str, dict] = {
    "zebra-critic": {
        "sha256": "c51d2d52acd8a8032c6a694169816b922e026be83c25cde734e807d80c472b56",
        "metrics": {"test pictures told apart by the two critics": "93 % of 120 horses, 84 % of 140 zebras"},
    },
    "horse-critic": {
        "sha256": "2b943cf7838743d0a57932d96bdfbd6d2795bb5baeff4d7005cca3349ea99f31",
        "metrics": {"test pictures told apart by the two critics": "93 % of 120 horses, 84 % of 140 zebras"},
    },
    "zebra-to-horse": {
        "sha256": "b96420dfd232f2dc87072a5cde8411fd51a78ba3b09b78a066ffff78d789b370",
        "training": TRAINING,
        "metrics": {
            "SqueezeNet-FD and KD, 140 test pictures to 958 horses": "1,745 and 424",
            "Floor: real test horses; ceiling: the zebras unchanged": "968 and -9; 5,503 and 4,005",
            "SSIM of what comes back to what went, 48 zebras": "0.795",
        },
    },
    "horse-to-zebra": {
        "sha256": "4fd2d534a9c8df25bf29242bb5e3eb9453d204b8048ee387ad8a336fe0cef6ac",
        "training": TRAINING,
        "metrics": {
            "SqueezeNet-FD and KD, 120 test pictures to 1,217 zebras": "2,009 and 650",
            "Floor: real test zebras; ceiling: the horses unchanged": "774 and -7; 5,692 and 3,036",
            "GAN Compression's generator (Li et al., 2020)": "2,077 and 878",
            "SSIM of what comes back to what went, 60 horses (of the translation itself)": "0.891 (0.896)",
        },
    },
}  # name -> sha256 and metrics of a file that ships

common = {"resolution": 256, "channels": 3, "training_data": DATA, "paper": PAPER}
shipped = (
    (
        "horse-to-zebra",
        light,
        277_280,
        "Makes zebras of horses: proposes a change and a mask of where to make it.",
    ),
    ("zebra-to-horse", light, 277_280, "Makes horses of zebras, the way back."),
    ("horse-critic", discriminator, 694_241, "Says of each patch of 70x70 pixels whether it believes in the horse."),
    ("zebra-critic", discriminator, 694_241, "Says of each patch of 70x70 pixels whether it believes in the zebra."),
)
own = [
    ours(
        name=name, build=build, file=name.replace("-", "_") + ".safetensors", parameters=parameters,
        summary=summary, **OURS[name], **common,
    )
    for name, build, parameters, summary in shipped
]  # fmt: skip
probe = ours(
    name="horse-or-zebra",
    build=KindProbe,
    file="horse_or_zebra.safetensors",
    sha256="5c7b56962076f7366f8ff4ff9e9ef9e35e03d0320cfa398b0d79e86924d4219f",
    parameters=8_487,
    summary="Says whether the four networks see a horse, a zebra, or neither.",
    training="logistic regression on 1,400 horses and zebras and 1,358 pictures of neither (flowers128, facades, faces128, celeba64, edges2things128, superres), on the networks above: with others it has to be fitted anew",
    metrics={
        "120 test horses": "horse 82 %, zebra 2 %, unsure 12 %, neither 5 %",
        "140 test zebras": "zebra 88 %, horse 3 %, unsure 6 %, neither 3 %",
        "“Neither” said of test flowers, house fronts, faces, shoes and bags": "87 %, 94 %, 100 %, 95 % (of 60, 50, 50, 20)",
        "“Neither” said of 68 other photographs, many of them of other animals": "81 %; unsure 16 %, zebra 3 %",
        "36 ink paintings of horses, a kind it never saw": "horse 31 %, zebra 14 %, unsure 44 %, neither 11 %",
        "Direction right, whatever the verdict": "94 % of the horses, 94 % of the zebras (by the critics' beliefs alone 93 % and 84 %)",
    },
    **common,
)
third_party = {"sha256": None, "embedded": False, "revision": "main", "licence": "see the repository"} | common
upit = {"repo_id": "tmabraham/horse2zebra_cyclegan", "file": "pytorch_model.bin"} | third_party
CHECKPOINTS = by_name(
    *own,
    probe,
    *(
        Checkpoint(
            name=f"{way}-upit", build=ResNetGenerator, parameters=11_378_179,
            summary=f"{way.replace('-', ' ').capitalize()}, the paper's form, by Tanishq Abraham with UPIT.",
            key_map=generator_from(9, part, UPIT_PARTS), **upit,
        )
        for way, part in (("horse-to-zebra", "G_B."), ("zebra-to-horse", "G_A."))
    ),
    *(
        Checkpoint(
            name=f"{kind}-critic-upit", build=PatchDiscriminator, parameters=2_764_737,
            summary=f"The {kind} critic that trained with them.", key_map=discriminator_from(part, UPIT_PARTS), **upit,
        )
        for kind, part in (("horse", "D_A."), ("zebra", "D_B."))
    ),
    *(
        Checkpoint(
            name=f"{way}-ziyobek", build=ResNetGenerator, parameters=11_378_179, file=file,
            repo_id="Ziyobek/cyclegan-horse2zebra",
            summary=f"{way.replace('-', ' ').capitalize()} in the paper's form, trained by Ziyobek.",
            key_map=generator_from(9), **third_party,
        )
        for way, file in (("horse-to-zebra", "G_AB.pt"), ("zebra-to-horse", "G_BA.pt"))
    ),
)  # fmt: skip
