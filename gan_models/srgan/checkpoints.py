"""Our enlarger's two twins."""

from gan_models.core.checkpoint import by_name, ours
from gan_models.srgan.networks import SRGenerator

DATA = (
    "239 photographs of BSDS500 (480x320; two of three crops), and 2,400 of horse2zebra, flowers of Flickr, UTKFace's "
    "adults and CMP Facades; non-commercial research only"
)
MEASURED = "{}: PSNR, SSIM, LPIPS (squeeze)"
BICUBIC = {
    "Set5": "26.69 dB, 0.773, 0.286",
    "Set14": "24.24 dB, 0.665, 0.371",
    "50 of BSD100": "24.78 dB, 0.639, 0.409",
}
FIRST_ACT = "5,942 steps of four crops of 96x96 in 42 minutes of one CPU core that many shared"
OURS: dict[str, dict] = {
    "srgan-faithful": {
        "sha256": "53aebcf8cc64eea87b831292a927126a2bdafd30fb3b3a9a284d8ed7f9bdac18",
        "training": FIRST_ACT,
        "scores": {
            "Set5": "29.06 dB, 0.842, 0.167",
            "Set14": "25.78 dB, 0.722, 0.259",
            "50 of BSD100": "25.99 dB, 0.693, 0.304",
        },
    },
    "srgan-inventive": {
        "sha256": "ae2175fdec043a3f8ddf7a0c4150d662499af8bb48bc74dc14b0e19f3d1a4c7c",
        "training": (
            "the mean of two short second acts on that core: 244 steps in 11 minutes (--l1 10 --adversarial 0.3) and 507 "
            "in 25 (--l1 40 --adversarial 0.5), which began with the first one's discriminator"
        ),
        "scores": {"Set5": "28.38 dB, 0.826, 0.118"},
    },
}  # name -> sha256, training and scores of a file that ships

shipped = (
    (
        "srgan-faithful", "Lim et al. (2017), Enhanced Deep Residual Networks for Single Image Super-Resolution",
        "Enlarges a photograph four times, as close to the truth as it can on average: right, and a little soft.",
    ),
    (
        "srgan-inventive",
        "Ledig et al. (2017), Photo-Realistic Single Image Super-Resolution Using a Generative Adversarial Network",
        "Its twin, trained on against a discriminator: invents the detail that a photograph would have.",
    ),
)  # fmt: skip


def scores(name: str) -> dict[str, str]:
    """A file's figures by what was measured, bicubic filtering beside them."""
    return {MEASURED.format(k): f"{v} (bicubic {BICUBIC[k]})" for k, v in OURS[name]["scores"].items()}


CHECKPOINTS = by_name(
    *(
        ours(
            name=name, build=SRGenerator, file=name.replace("-", "_") + ".safetensors", resolution=96, channels=3,
            parameters=731_120, training_data=DATA, paper=paper, summary=summary, metrics=scores(name),
            sha256=OURS[name]["sha256"], training=OURS[name]["training"],
        )
        for name, paper, summary in shipped
    )
)  # fmt: skip
