"""Toys that visitors trained on the page, opened again from their safetensors files."""

import json

import safetensors.torch
from safetensors import SafetensorError
from torch import Tensor

from gan_models.core.errors import BadRequest
from gan_models.core.sampler import Sampler
from gan_models.data.mnist_subsets import SUBSETS
from gan_models.live.recipes import RECIPES

MAX_TOY_BYTES = 16 * 2**20


def open_toy(data: bytes) -> Sampler:
    """The generator in a safetensors file that was trained and saved on this page. Nothing in the file is executed.

    Raises:
        BadRequest: too large, no safetensors file, not one of our toys, or weights that do not fit it exactly.
    """
    if len(data) > MAX_TOY_BYTES:
        raise BadRequest(f"This file is larger than {MAX_TOY_BYTES // 2**20} MB; a toy trained here is smaller.")
    if data[:2] in (b"PK", b"\x80\x02"):
        raise BadRequest(
            "This looks like a PyTorch .pt or .pth file. Such a file can run code when it is opened, so this page "
            "never opens one. Take the .safetensors file instead."
        )
    about = _metadata(data)
    recipe = about.get("recipe", "")
    if recipe not in RECIPES:
        raise BadRequest("This file does not say that it is a GAN trained on this page, so nobody knows how to run it.")
    network = RECIPES[recipe].generator()
    try:
        state = safetensors.torch.load(data)
        sound = all(t.isfinite().all() for t in state.values())
        network.load_state_dict(state, strict=True)
    except (SafetensorError, RuntimeError, ValueError, KeyError, TypeError) as error:
        raise BadRequest("The weights in this file do not fit the network it names. It may be damaged.") from error
    if not sound:
        raise BadRequest("Some weights in this file are not numbers: that training ran away. Train another one.")
    network.eval().requires_grad_(False)
    classes = 10 if getattr(network, "labels", False) else 0

    def draw(z: Tensor, weights: Tensor | None) -> Tensor:  # a toy knows no blends: the stronger class counts
        return network(z, None if weights is None else weights.argmax(1))

    told = {k: about.get(k, "")[:40] for k in ("recipe", "seed", "steps")}
    told["data"] = about["data"] if about.get("data") in SUBSETS else "digits"
    return Sampler(draw, network.z_dim, classes, about=told, ink=told["data"] == "digits")


def _metadata(data: bytes) -> dict[str, str]:
    """The metadata in the head of a safetensors file: eight bytes of length, then JSON."""
    length = int.from_bytes(data[:8], "little")
    if len(data) < 10 or not 2 <= length <= min(len(data) - 8, 10**6):
        raise BadRequest("This is not a safetensors file. Open one that was saved in the tab where a GAN learns.")
    try:
        about = json.loads(data[8 : 8 + length]).get("__metadata__") or {}
        return {str(key): str(value) for key, value in about.items()}
    except (ValueError, AttributeError, RecursionError) as error:
        raise BadRequest("This is not a safetensors file, or it is damaged.") from error
