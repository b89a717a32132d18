"""GAN Atelier: five ideas about generative adversarial networks, to play with.

A map of the package, in the order in which its rooms may import each other:

    core         errors, devices, pictures, latent space, what is known of a checkpoint, how it is verified and loaded
    data         loaders of data sets; holes and crops
    training     the loop and the losses that training scripts share
    metrics      distances between pictures and sets of pictures
    classifiers  ordinary classifiers of digits and faces
    dcgan, cgan, cyclegan, inpainting, pix2pix, srgan, stylegan
                 a family each: networks, checkpoints, pipeline, train, evaluate
    live         the engine that trains while somebody watches
    registry     the list of the families
    publish      model cards and pushing to the Hub
    ui           the web page: one folder a tab

    >>> from gan_models import load
    >>> digits = load("digits")
    >>> digits.generate(labels=[2, 0, 2, 6], seeds=[7, 7, 7, 7])
"""

__version__ = "0.1.0"
__all__ = ["list_models", "load"]


def load(name: str, device: str = "auto", weights: str = "auto"):
    """The pipeline of that name, ready to use, on ``device``.

    Args:
        name: one of :func:`list_models`.
        device: "auto", "cpu", "cuda" or "mps".
        weights: "embedded" takes the file in ``checkpoints/``, "hub" fetches from the Hugging Face Hub and falls back
            to the embedded file with a notice; "auto" is "embedded" where there is one, else "hub"; on a Space "hub".

    Raises:
        KeyError: no model of that name. The text lists the names.
        gan_models.core.device.DeviceUnavailable: this machine lacks the device.
        gan_models.core.store.CheckpointError: no usable weights; the text says what to do.
    """
    from gan_models import registry

    return registry.load(name, device, weights)


def list_models() -> list[str]:
    """The names that :func:`load` takes."""
    from gan_models import registry

    return list(registry.PIPELINES)
