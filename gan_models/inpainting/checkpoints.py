"""Our inpainting generator and its discriminator, and the published AOT-GAN of faces on the Hub."""

from gan_models.core.checkpoint import Checkpoint, by_name, ours
from gan_models.inpainting.hub_networks import AOTGenerator
from gan_models.inpainting.networks import InpaintingGenerator, PatchDiscriminator

DATA = "17,727 portraits of adults, 128x128, aligned (UTKFace; non-commercial research)"
OURS: dict[str, dict] = {
    "inpainting-critic": {
        "sha256": "8f109d190d5871ac4e0d4c04f974fb5fe50cee9c2f2dbc2d9431d84a2c57a782",
        "metrics": {"judged by": "the map it lays over fillings; no figure"},
    },
    "inpainting-generator": {
        "sha256": "0e195bc6f92815e675e2061593b3e9e1d6a29ff18b03cd8702d995b3796efffe",
        "metrics": {"PSNR, 20-40 % holes": "27.5 dB", "SSIM": "0.887", "LPIPS (squeeze)": "0.045 (Telea 0.131)"},
    },
}  # name -> sha256 and metrics of a file that ships


shipped = (
    (
        "inpainting-generator", InpaintingGenerator, 799_740,
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
