"""Our horses and zebras, our horses and ink paintings, and two public pairs on the Hub."""

from functools import partial

from gan_models.core.checkpoint import Checkpoint, by_name, ours
from gan_models.cyclegan.key_maps import UPIT_PARTS, discriminator_from, generator_from
from gan_models.cyclegan.networks import PatchDiscriminator, ResNetGenerator
from gan_models.cyclegan.probe import KindProbe

PAPER = "Zhu et al. (2017), Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks"
HORSES = "horse2zebra (Zhu et al., 2017; 958 horses and 1,217 zebras from ImageNet), non-commercial research"
INK = "the horses of horse2zebra, and 364 Chinese ink paintings of horses (Xu Beihong and in his manner), non-commercial research"
INK_TRAINING = "1,894 steps of 4 pairs, 128x128 crops of 0.6 to 1 of a picture, from scratch in 79 minutes of one CPU core that others used as well; rates falling over the second half of each of four runs"
light = partial(ResNetGenerator, 32, 6, light=True)
discriminator = partial(PatchDiscriminator, 32)
TRAINING = "2,133 steps of 4 pairs, 128x128 crops, in about 127 minutes of one CPU core that others used as well; crops 0.5 to 0.85 of a picture for 1,137 steps, 0.38 to 0.8 for 744, 0.48 to 0.8 for the rest; then 1,618 steps of 16 pictures of each kind and 8 of neither, 192x192 crops 0.3 to 1 of a picture, in 9.5 minutes of one H200 that four other trainings used as well; rates falling over the second half"
OURS: dict[str, dict] = {
    "zebra-critic": {
        "sha256": "04d04ca786a6667875c4ff16f0f6e0c6f8879af27f7fd6eafc2ec0a4c42b0417",
        "metrics": {"test pictures told apart by the two critics": "95 % of 120 horses, 84 % of 140 zebras"},
    },
    "horse-critic": {
        "sha256": "661991107801ba0dafac8bcf84d54f2d315a050372d25dab63fa49c9a2674f49",
        "metrics": {"test pictures told apart by the two critics": "95 % of 120 horses, 84 % of 140 zebras"},
    },
    "zebra-to-horse": {
        "sha256": "ea1fc06a345f70fae5196f6e3b73e0d57938d7376209c067a48e28f5ca554fae",
        "training": TRAINING,
        "metrics": {
            "SqueezeNet-FD and KD, 140 test pictures to 958 horses": "1,487 and 309",
            "Floor: real test horses; ceiling: the zebras unchanged": "968 and -9; 5,503 and 4,188",
            "SSIM of what comes back to what went, 140 zebras": "0.815",
            "Mean change outside and inside of the zebras marked in 20 test pictures, of 255": "0.21 and 19.90",
        },
    },
    "horse-to-zebra": {
        "sha256": "c132e364e88d8b95d03e72996d39c611907f1525fb422ef600c239b118a866f5",
        "training": TRAINING
        + "; then alone, 1,241 steps of 4 pictures and 2 of neither, 192x192 crops 0.4 to 1 of a picture, in 42 minutes of one CPU core",
        "metrics": {
            "SqueezeNet-FD and KD, 120 test pictures to 1,217 zebras": "1,636 and 276; without its second look 1,679 and 285",
            "Floor: real test zebras; ceiling: the horses unchanged": "774 and -7; 5,692 and 2,943",
            "GAN Compression's generator (Li et al., 2020)": "2,077 and 878",
            "SSIM of what comes back to what went, 120 horses (of the translation itself)": "0.915 (0.897)",
            "Mean change outside and inside of the horses marked in 20 test pictures, of 255": "0.44 and 11.18",
            "Contrast inside of them, where real zebras have 0.168": "0.165",
        },
    },
    "horse-to-ink": {
        "sha256": "79fa9ef9221aaf331b9a1452b2ae2702dde4a74216530b3507d1bb4116d18489",
        "training": INK_TRAINING,
        "training_data": INK,
        "metrics": {
            "SqueezeNet-FD and KD, 120 test pictures to 364 ink paintings": "1,644 and 1,432",
            "Floor: 36 other paintings; ceiling: the horses unchanged": "799 and 8; 4,641 and 4,574",
            "SSIM of what comes back to what went, 120 horses": "0.595",
        },
    },
    "ink-to-horse": {
        "sha256": "9fc12bd539dfe05ff179612dd5a89f4b45a9f2790e267d727727070bfbb33a98",
        "training": INK_TRAINING,
        "training_data": INK,
        "metrics": {
            "SqueezeNet-FD and KD, 36 test paintings to 958 horses": "3,056 and 1,003",
            "Floor: real test horses; ceiling: the paintings unchanged": "968 and -9; 4,835 and 2,373",
            "SSIM of what comes back to what went, 36 paintings": "0.699",
        },
    },
}  # name -> sha256 and metrics of a file that ships

common = {"resolution": 256, "channels": 3, "training_data": HORSES, "paper": PAPER}
shipped = (
    (
        "horse-to-zebra",
        light,
        277_280,
        "Makes zebras of horses: proposes a change and a mask of where to make it.",
    ),
    ("zebra-to-horse", light, 277_280, "Makes horses of zebras, the way back."),
    (
        "horse-to-ink",
        light,
        277_280,
        "Makes Chinese ink paintings of photographs of horses; its mask is the whole page.",
    ),
    ("ink-to-horse", light, 277_280, "Makes photographs of ink paintings of horses, the way back."),
    ("horse-critic", discriminator, 694_241, "Says of each patch of 70x70 pixels whether it believes in the horse."),
    ("zebra-critic", discriminator, 694_241, "Says of each patch of 70x70 pixels whether it believes in the zebra."),
)
own = [
    ours(
        name=name, build=build, file=name.replace("-", "_") + ".safetensors", parameters=parameters,
        summary=summary, **common | OURS[name],
    )
    for name, build, parameters, summary in shipped
]  # fmt: skip
probe = ours(
    name="horse-or-zebra",
    build=KindProbe,
    file="horse_or_zebra.safetensors",
    sha256="7308965a7385cd325453a3fde38e36c7fb15e911f70cb08309cf16a7debfcefc",
    parameters=8_487,
    summary="Says whether the four networks see a horse, a zebra, or neither.",
    training="logistic regression on 1,400 horses and zebras and 1,635 pictures of neither (flowers128, facades, faces128, edges2things128, superres), on the networks above: with others it has to be fitted anew",
    metrics={
        "120 test horses": "horse 88 %, zebra 1 %, unsure 8 %, neither 3 %",
        "140 test zebras": "zebra 93 %, horse 2 %, unsure 3 %, neither 2 %",
        "“Neither” said of test flowers, house fronts, faces, shoes and bags": "82 %, 95 %, 100 %, 97 % (of 140, 106, 140, 140)",
        "“Neither” said of 68 other photographs, many of them of other animals": "88 %; unsure 10 %, zebra 1 %, horse 0 %",
        "36 ink paintings of horses, a kind it never saw": "horse 8 %, unsure 25 %, neither 67 %",
        "Direction right, whatever the verdict": "98 % of the horses, 96 % of the zebras (by the critics' beliefs alone 95 % and 84 %)",
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
