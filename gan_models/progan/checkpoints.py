"""A public Progressive GAN of faces on the Hub."""

from gan_models.core.checkpoint import Checkpoint, by_name
from gan_models.progan.networks import Generator

CHECKPOINTS = by_name(
    Checkpoint(
        name="faces-progan",
        build=Generator,
        file="pytorch_model.bin",
        sha256=None,
        embedded=False,
        repo_id="huggan/pggan-celebahq-1024",
        revision="main",
        resolution=1024,
        channels=3,
        parameters=23_079_115,
        training_data="CelebA-HQ (Karras et al., 2018; 30,000 photographs of celebrities), non-commercial research",
        licence="apache-2.0, as its page has it; NVIDIA published the weights for non-commercial use (CC BY-NC 4.0)",
        paper="Karras et al. (2018), Progressive Growing of GANs for Improved Quality, Stability, and Variation",
        summary="NVIDIA's Progressive GAN of faces, 1024x1024, turned into PyTorch by genforce (Shen and Zhou, 2021).",
    )
)
