"""GAN Atelier: five ideas about generative adversarial networks, to play with.

A map of the package, in the order in which its rooms may import each other:

    networks    the nn.Modules: no files, no pictures, no devices
    weights     which checkpoints there are, where they come from, how they are verified and loaded
    pipelines   one class a task: numbers and PIL images in, PIL images and numbers out
    ui          the tabs of the web page
    training    one script a model; nothing imports it but the tab that trains live
    metrics     distances and accuracies

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
