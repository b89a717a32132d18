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
FIRST_ACT = (
    "5,942 steps of four crops of 96x96 in 42 minutes of one CPU core that many shared, and 6,543 of sixteen in 33"
)
OURS: dict[str, dict] = {
    "srgan-faithful": {
        "sha256": "e64a16483d127ed11bb765ccc004ef9852203775f9d6cb3d7020dcc990052a8d",
        "training": FIRST_ACT,
        "scores": {
            "Set5": "29.37 dB, 0.850, 0.161",
            "Set14": "26.00 dB, 0.729, 0.250",
            "50 of BSD100": "26.16 dB, 0.699, 0.292",
        },
    },
    "srgan-inventive": {
        "sha256": "66a67aff158e040464ab8a01e8ba5741205a644185a52b97ebdfd4f6db11d87f",
        "training": (
            "10,803 steps of eight crops in 69 minutes of one CPU core: 13 (--l1 20 --adversarial 0.5), 11 (--l1 50 "
            "--adversarial 0.25), 45 (--l1 27 --adversarial 0.25)"
        ),
        "scores": {
            "Set5": "28.83 dB, 0.834, 0.101",
            "Set14": "25.57 dB, 0.708, 0.156",
            "50 of BSD100": "25.63 dB, 0.674, 0.146",
        },
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
