"""Our inpainting generator and its discriminator, and the published AOT-GAN of faces on the Hub."""

from gan_models.core.checkpoint import Checkpoint, by_name, ours
from gan_models.inpainting.hub_networks import AOTGenerator
from gan_models.inpainting.networks import InpaintingGenerator, PatchDiscriminator

DATA = "17,727 portraits of adults, 128x128, aligned (UTKFace; non-commercial research)"
FILLINGS = {  # hole in per cent -> by what it is filled -> what it scores
    "0-20": {
        "ours": "34.42 dB, 0.965, 0.0142, 11.3",
        "ours, noise 0": "34.33 dB, 0.964, 0.0145, 12.8",
        "Telea": "31.04 dB, 0.948, 0.0394, 66.9",
        "Navier-Stokes": "31.12 dB, 0.949, 0.0415, 76.8",
        "mean colour": "24.57 dB, 0.887, 0.1566, 732.2",
    },
    "20-40": {
        "ours": "27.98 dB, 0.894, 0.0423, 43.3",
        "ours, noise 0": "27.90 dB, 0.891, 0.0436, 51.3",
        "Telea": "24.29 dB, 0.845, 0.1307, 440.3",
        "Navier-Stokes": "24.28 dB, 0.846, 0.1388, 485.2",
        "mean colour": "19.55 dB, 0.727, 0.3216, 2,296.1",
    },
    "40-60": {
        "ours": "24.48 dB, 0.808, 0.0771, 92.4",
        "ours, noise 0": "24.38 dB, 0.803, 0.0792, 118.5",
        "Telea": "20.97 dB, 0.731, 0.2344, 1,145.5",
        "Navier-Stokes": "20.94 dB, 0.731, 0.2481, 1,241.0",
        "mean colour": "17.06 dB, 0.588, 0.4342, 3,430.5",
    },
}
BEYOND = {  # by what a sixth of the width on each side is put back -> LPIPS and FD on portraits, on photographs
    "ours": "0.082, 212; 0.099, 355",
    "only mirrored": "0.145, 684; 0.110, 411",
    "only painted": "0.072, 154; 0.115, 474",
    "the edge carried on": "0.135, 636; 0.136, 1,099",
    "mean colour": "0.149, 887; 0.173, 1,034",
}
AS_VISITORS_DO = {  # holes -> what our fillings score
    "long strokes": "31.44 dB, 0.941, 0.0245, 19.8",
    "half faces": "19.40 dB, 0.765, 0.1011, 111.3",
    "glasses": "26.75 dB, 0.889, 0.0463, 55.9",
    "parts": "32.02 dB, 0.958, 0.0176, 14.9",
    "hair": "25.30 dB, 0.924, 0.0336, 37.2",
}
OURS: dict[str, dict] = {
    "inpainting-critic": {
        "sha256": "cefe6d8c614dfb563436d1b7ade87cd40d46a8de57f779e41622a66a02a6a313",
        "metrics": {"judged by": "the map it lays over fillings; no figure"},
    },
    "inpainting-generator": {
        "sha256": "a6c4d04682e0c50081637025fe2bd29303e2746db23f3ce2dc94a54ad6457d2e",
        "training": "7,185 steps in 98 minutes of one CPU core (the first third without a discriminator, 8 holes a step; then 6 holes twice), then 1,319 steps in 24 minutes and 3,566 in 62 with a third of the holes over eyes, mouth or nose and three times the weight of the discriminator; last 6,483 and 7,379 steps of 32 holes twice in 8 and 6 minutes of one GPU that others used as well, half of the holes as visitors make them, with the mirror image as a further input",
        "metrics": {
            f"{hole} % holes, {by}: PSNR, SSIM, LPIPS (squeeze), SqueezeNet-FD": figures
            for hole, rows in FILLINGS.items()
            for by, figures in rows.items()
        }
        | {f"{hole}, ours: PSNR, SSIM, LPIPS (squeeze), SqueezeNet-FD": row for hole, row in AS_VISITORS_DO.items()}
        | {
            f"Uncrop, {by}: LPIPS (squeeze), SqueezeNet-FD, 300 test portraits; 264 test photographs": figures
            for by, figures in BEYOND.items()
        }
        | {
            f"Five fillings of one hole, LPIPS apart inside it, {hole} % holes": figures
            for hole, figures in (
                ("0-20", "0.020; 95 % of 200 faces above 0.006"),
                ("20-40", "0.030; 95 % of 200 faces above 0.016"),
            )
        },
    },
}  # name -> sha256 and metrics of a file that ships


shipped = (
    (
        "inpainting-generator", InpaintingGenerator, 803_196,
        "Zeng et al. (2021), Aggregated Contextual Transformations for High-Resolution Image Inpainting",
        "Fills a hole in a portrait, in as many ways as one asks for.",
    ),
    (
        "inpainting-critic", PatchDiscriminator, 177_385,
        "Miyato et al. (2018), Spectral Normalization for Generative Adversarial Networks",
        "Says of each patch of 54x54 pixels how much it looks like photograph, and finds what was filled in.",
    ),
)  # fmt: skip
own = [
    ours(
        name=name, build=build, file=name.replace("-", "_") + ".safetensors", resolution=128, channels=3,
        parameters=parameters, training_data=DATA, paper=paper, summary=summary, **OURS[name],
    )
    for name, build, parameters, paper, summary in shipped
]  # fmt: skip
published = Checkpoint(
    name="inpainting-aot",
    build=AOTGenerator,
    file="pytorch_model.bin",
    sha256=None,
    embedded=False,
    repo_id="NimaBoscarino/aot-gan-celebahq",
    revision="main",
    resolution=512,
    channels=3,
    parameters=15_200_835,
    training_data="CelebA-HQ (Karras et al., 2018; CC BY-NC 4.0)",
    licence="see the repository",
    paper="Zeng et al. (2021), Aggregated Contextual Transformations for High-Resolution Image Inpainting",
    summary="The published AOT-GAN for faces, 512x512: sharper, slower, and one answer for each hole.",
)
CHECKPOINTS = by_name(*own, published)
