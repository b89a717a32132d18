"""Models whose pictures take seconds: small on the page, whole in what is kept; a sentence without a Hub."""

import io
from urllib.request import urlopen

import torch
from PIL import Image
from torchvision.models import SqueezeNet1_1_Weights

from gan_models.biggan.deep import DeepGenerator
from gan_models.biggan.hub_pipeline import DeepSampler
from gan_models.core.errors import ModelUnavailable
from gan_models.core.store import Located
from gan_models.progan.networks import Generator
from gan_models.progan.pipeline import PortraitSampler
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.tabs.sample import prose
from gan_models.ui.tabs.sample.handlers import SampleHandlers
from gan_models.ui.tabs.sample.models import MODELS

ASKED = {"model": "faces-progan", "point": {"seed": 3, "truncation": 0.9}}


class Pool(ModelPool):
    """A pool with a small Progressive GAN of 512 pixels, or with no Hub in reach."""

    def __init__(self, reachable: bool = True):
        super().__init__("cpu", "embedded")
        torch.manual_seed(0)
        self.made = PortraitSampler(Generator(512, 16, 8, 512), torch.device("cpu"), Located(None, "hub"))
        self.reachable = reachable

    def get(self, name: str):
        assert name == "faces-progan"
        if not self.reachable:
            raise ModelUnavailable("The Hub did not give huggan/pggan-celebahq-1024: it cannot be reached.")
        return self.made


def picture(url: str) -> Image.Image:
    with urlopen(url) as data:
        return Image.open(io.BytesIO(data.read()))


def test_a_heavy_model_is_small_on_the_page_and_whole_in_what_is_kept():
    handlers = SampleHandlers(Pool())
    looked = handlers.answer({"ask": "look", **ASKED})
    assert picture(looked["url"]).size == (256, 256) and looked["facts"].endswith("hub weights")
    assert looked["real"] is None and "sees" not in looked
    assert picture(handlers.answer({"ask": "page", **ASKED})["url"]).size == (512, 512)
    assert MODELS["faces-progan"].heavy and not MODELS["faces"].heavy
    assert len(MODELS["faces-progan"].sliders) == 5


def test_the_things_of_biggan_deep_are_called_what_imagenet_calls_them():
    known = SqueezeNet1_1_Weights.IMAGENET1K_V1.meta["categories"]
    assert all(known[label] == name for name, label in prose.DEEP_THINGS.items())
    sampler = DeepSampler(DeepGenerator(8, z_dim=16), torch.device("cpu"), Located(None, "hub"))
    pool = ModelPool("cpu", "embedded")
    pool.get = {"things-biggan-deep": sampler}.__getitem__
    point = {"seed": 3, "label": 23, "truncation": 0.5, "blend": [5, 0.4]}
    looked = SampleHandlers(pool).answer({"ask": "look", "model": "things-biggan-deep", "point": point})
    assert picture(looked["url"]).size == (256, 256) and looked["facts"].endswith("hub weights")
    assert MODELS["things-biggan-deep"].heavy and len(MODELS["things-biggan-deep"].names) == 24


def test_without_a_hub_it_is_said_in_a_sentence():
    answer = SampleHandlers(Pool(reachable=False)).answer({"ask": "look", **ASKED})
    assert answer == {"error": "The Hub did not give huggan/pggan-celebahq-1024: it cannot be reached."}
