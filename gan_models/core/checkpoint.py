"""Every checkpoint this project knows, one frozen entry each. Read this page first.

A checkpoint is data. Ours lie in ``checkpoints/`` and, once published, in a repository on the Hugging Face Hub, with
the same SHA-256 in both places. Other people's stay on the Hub, and bring their own architecture and key map.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field

from torch import Tensor, nn

from gan_models.dcgan.networks import DCGANCritic, DCGANGenerator
from gan_models.cgan.hub_networks import ConditionalDCGANGenerator
from gan_models.dcgan.hub_networks import TutorialGenerator
from gan_models.cgan.networks import DigitCritic, DigitGenerator
from gan_models.classifiers.digits import DigitJudge
from gan_models.classifiers.faces import FaceJudge
from gan_models.cyclegan import checkpoints as catalog_cyclegan
from gan_models.inpainting import checkpoints as catalog_inpainting
from gan_models.core import key_maps

OUR_REPO = os.environ.get("GAN_ATELIER_WEIGHTS_REPO", "gan-atelier/weights")
OUR_REVISION = "v1"
MNIST = "MNIST (LeCun, Cortes, Burges; CC BY-SA 3.0), 60,000 training digits; used here for non-commercial research"

CELEBA = "CelebA (Liu et al., 2015), 40,357 aligned faces at 64x64, split by person; for non-commercial research only"


@dataclass(frozen=True)
class Checkpoint:
    """What is known of one weights file.

    Attributes:
        name: unique; lower case, hyphens.
        build: makes the untrained network that the file fills, strictly.
        file: file name, in ``checkpoints/`` where ``embedded``, and in the Hub repository.
        sha256: of the whole file; None for a stranger's file whose bytes we do not vouch for: such a file is opened
            as tensors only and must fit the network exactly, or it is refused.
        embedded: whether the file ships in ``checkpoints/``.
        repo_id, revision: where it lies on the Hub, and at which commit or tag.
        key_map: the file's tensors, renamed to ours.
        resolution: height and width in pixels. ``channels`` 1 or 3; ``pixel_range`` what the network takes or makes.
        parameters: learned numbers in the network.
        training_data, licence, paper, summary: for the model card.
        metrics: name and measured value, for the model card.
    """

    name: str
    build: Callable[[], nn.Module]
    file: str
    sha256: str | None
    repo_id: str
    revision: str
    resolution: int
    channels: int
    parameters: int
    training_data: str
    licence: str
    paper: str
    summary: str
    embedded: bool = True
    pixel_range: tuple[float, float] = (-1.0, 1.0)
    key_map: Callable[[dict[str, Tensor]], dict[str, Tensor]] = key_maps.unchanged
    metrics: dict[str, str] = field(default_factory=dict)


def ours(**facts) -> Checkpoint:
    """An entry for weights that we trained and ship."""
    return Checkpoint(repo_id=OUR_REPO, revision=OUR_REVISION, licence="apache-2.0", **facts)


CHECKPOINTS: dict[str, Checkpoint] = {
    entry.name: entry
    for entry in (
        ours(
            name="digits-generator",
            build=DigitGenerator,
            file="digits_generator.safetensors",
            sha256="0aeb87de386ff165bde0c78cdaa43c8cfb0824cee0a5f64b6f7a2ee720a83bf0",
            resolution=28,
            channels=1,
            parameters=628_705,
            training_data=MNIST,
            paper="Mirza and Osindero (2014), Conditional Generative Adversarial Nets",
            summary="Writes a digit of a chosen class in a chosen style.",
            metrics={
                "Judge's label accuracy on 10,000 generated digits": "99.94 %, worst class 99.80 %",
                "Classifier trained on 60,000 generated digits alone, on the real test set": "99.36 %",
                "Frechet distance in the judge's features to 10,000 test digits": "0.07 (training digits: 0.02)",
            },
        ),
        ours(
            name="digits-critic",
            build=DigitCritic,
            file="digits_critic.safetensors",
            sha256="08d1c21a78c5e8fc190f9f8898a5a6499d3b9115669798bc2794be50a8725e10",
            resolution=28,
            channels=1,
            parameters=403_809,
            training_data=MNIST,
            paper="Miyato and Koyama (2018), cGANs with Projection Discriminator",
            summary="The generator's opponent: says how real a digit of a given class looks.",
            metrics={
                "Median belief in 1,000 generated and 1,000 real test digits": "47 % and 49 %",
            },
        ),
        ours(
            name="digit-judge",
            build=DigitJudge,
            file="digit_judge.safetensors",
            sha256="41cd8bf1e0fa0c76614e1a514ac1520da4ffe4d79d6184eb6cea1d9aad53277f",
            resolution=28,
            channels=1,
            parameters=505_258,
            training_data=MNIST,
            paper="LeCun et al. (1998), Gradient-based learning applied to document recognition",
            summary="An ordinary classifier that never saw a generated digit; it reads what the generator writes.",
            metrics={"Accuracy on the 10,000 real test digits": "99.66 %"},
        ),
        ours(
            name="faces-generator",
            build=DCGANGenerator,
            file="faces_generator.safetensors",
            sha256="e1ef827dcb0804c1aa6e650b52226820b1c80f44020f58c44266d6b14cbfcc75",
            resolution=64,
            channels=3,
            parameters=2_348_915,
            training_data=CELEBA,
            paper="Radford et al. (2016), Unsupervised Representation Learning with DCGANs",
            summary="Draws faces of people who do not exist.",
            metrics={
                "SqueezeNet-FD of 5,000 samples to 2,181 test faces": "181 (training faces: 48)",
                "Frechet distance in the judge's features": "3.9 (training faces: 0.4)",
            },
        ),
        ours(
            name="faces-critic",
            build=DCGANCritic,
            file="faces_critic.safetensors",
            sha256="85848acf52289fde4bdb62516f31d89695e8ca8f24efe6173f1107c0b1099a8a",
            resolution=64,
            channels=3,
            parameters=1_082_841,
            training_data=CELEBA,
            paper="Radford et al. (2016); Mescheder et al. (2018), Which Training Methods Converge?",
            summary="The face generator's opponent: says how much a picture looks like a photograph.",
            metrics={"Mean belief in 12,000 generated faces": "32 %"},
        ),
        ours(
            name="face-judge",
            build=FaceJudge,
            file="face_judge.safetensors",
            sha256="31d39ce12e1f35f0051ffa391a5c2f4e6c902962fd4ff12cac32d52ec724394a",
            resolution=64,
            channels=3,
            parameters=1_424_134,
            training_data=CELEBA,
            paper="Liu et al. (2015), Deep Learning Face Attributes in the Wild",
            summary="An ordinary classifier of six attributes that never saw a generated face.",
            metrics={
                "Accuracy on 2,181 real test faces": "smiling 91.4 %, male 92.8 %, glasses 97.9 %, fringe 94.8 %, "
                "beard 91.9 %, young 81.3 %",
            },
        ),
        Checkpoint(
            name="digits-cgan-mnist",
            build=ConditionalDCGANGenerator,
            file="generator.pth",
            sha256=None,
            embedded=False,
            repo_id="hussamalafandi/cGAN-MNIST",
            revision="main",
            resolution=64,
            channels=1,
            parameters=3_984_756,
            training_data="MNIST",
            licence="see the repository",
            paper="Mirza and Osindero (2014); Radford et al. (2016)",
            summary="A public conditional DCGAN by Hussam Alafandi, 64x64.",
            key_map=key_maps.unchanged,
        ),
        Checkpoint(
            name="faces-dcgan-celeba",
            build=TutorialGenerator,
            file="generator.pth",
            sha256=None,
            embedded=False,
            repo_id="hussamalafandi/DCGAN_CelebA",
            revision="main",
            resolution=64,
            channels=3,
            parameters=3_576_704,
            training_data="CelebA",
            licence="see the repository",
            paper="Radford et al. (2016), Unsupervised Representation Learning with DCGANs",
            summary="A public DCGAN of faces by Hussam Alafandi, 64x64.",
            key_map=key_maps.unchanged,
        ),
        Checkpoint(
            name="faces-huggan-dcgan",
            build=TutorialGenerator,
            file="pytorch_model.bin",
            sha256=None,
            embedded=False,
            repo_id="huggan/dcgan-celeba-faces",
            revision="main",
            resolution=64,
            channels=3,
            parameters=3_576_704,
            training_data="CelebA",
            licence="see the repository",
            paper="Radford et al. (2016), Unsupervised Representation Learning with DCGANs",
            summary="A public DCGAN of faces from the HugGAN sprint, 64x64.",
            key_map=key_maps.rename_prefix("model.", "main."),
        ),
        *catalog_cyclegan.entries(Checkpoint, ours),
        *catalog_inpainting.entries(Checkpoint, ours),
    )
}
