"""Our face GAN, and two public ones on the Hub."""

from gan_models.core import key_maps
from gan_models.core.checkpoint import Checkpoint, by_name, ours
from gan_models.data.celeba import ABOUT as CELEBA
from gan_models.dcgan.hub_networks import TutorialGenerator
from gan_models.dcgan.networks import DCGANDiscriminator, DCGANGenerator

CHECKPOINTS = by_name(
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
        build=DCGANDiscriminator,
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
)
