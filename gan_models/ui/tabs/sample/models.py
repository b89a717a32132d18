"""The models in the sampling tab's picker: another one joins by an entry in :data:`MODELS`."""

from collections.abc import Callable
from dataclasses import dataclass, field

from gan_models.data.thing_names import THINGS
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.prose import DIGIT_SLIDERS
from gan_models.ui.tabs.sample import prose


@dataclass(frozen=True)
class Model:
    """A model in the picker.

    Attributes:
        title: as the page shows it.
        classes: how many can be asked for; 0 for none.
        kind: what one of its classes is called.
        picture: what one of its pictures is, for who cannot see it.
        sliders: label and what either end means, one for each of the model's directions.
        open: gives the sampler and a word on its weights.
        reads: what an independent network sees in a picture, as words for the page.
        truncation: where its pictures are at their best.
        seed, label: what a visitor sees first.
        concepts: units that can be switched off, and what the page calls them.
        note: what a visitor should know before the first picture.
        styles: whether it has style vectors, which can be mixed and looked for.
        heavy: its pictures take seconds each, so the page asks for no neighbours of them, and for no strips.
        names: of its classes, where a number says nothing; such classes can be mixed.
        looks: whether it can show where it looked while it painted.
        drafts: from how many its faces are chosen unless a visitor wants the first; 0 where it cannot choose.
        sharpens: the side in pixels of its photographs, where our enlarger can make them finer; 0 where it cannot.
    """

    title: str
    classes: int
    sliders: tuple[dict, ...]
    open: Callable[[ModelPool], tuple]
    reads: Callable[[ModelPool, object], dict]
    truncation: float = 1.0
    seed: int = 7
    label: int = 3
    concepts: dict[str, str] = field(default_factory=dict)
    note: str = ""
    kind: str = "class"
    picture: str = "A picture that the network made"
    styles: bool = False
    heavy: bool = False
    names: tuple[str, ...] = ()
    looks: bool = False
    drafts: int = 0
    sharpens: int = 0


def ways(*labels: str) -> tuple[dict, ...]:
    """Sliders whose meaning nobody knows beforehand."""
    return tuple({"label": label, "low": "one way", "high": "the other way"} for label in labels)


FACE = "A face that does not exist"
FOUND = ways(*(f"Direction {k}" for k in range(1, 6)))


def describe(pipeline) -> str:
    """A word on a pipeline's device and weights."""
    return f"{pipeline.device.type} · {pipeline.located.origin} weights"


def open_digits(pool: ModelPool):
    """Our digits as a sampler, and a word on their weights."""
    from gan_models.cgan.pipeline import digit_sampler

    pipeline = pool.get("digits")
    return digit_sampler(pipeline), describe(pipeline)


def read_digit(pool: ModelPool, picture) -> dict:
    """What the judge of the digits reads in (1, 1, 28, 28)."""
    reading = pool.get("digits").read(picture)[0]
    return {"reads": reading.label, "sure": reading.confidence}


def read_garment(pool: ModelPool, picture) -> dict:
    """What the classifier of clothes reads in (1, 1, 28, 28)."""
    from gan_models.classifiers.checkpoints import CHECKPOINTS
    from gan_models.core.store import load_network
    from gan_models.data.mnist_subsets import CLOTHING

    entry = CHECKPOINTS["clothing-classifier"]
    classifier = pool.keep(entry.name, lambda: load_network(entry, "embedded")[0].float().eval())
    sure, kind = classifier(picture).softmax(1)[0].max(0)
    return {"reads": CLOTHING.names[kind], "sure": sure.item()}


TOY_READERS = {"digits": read_digit, "clothing": read_garment}  # by what a toy learned to make


def open_sampler(name: str):
    """Opens a pipeline that is a sampler, with a word on its weights."""

    def opened(pool: ModelPool):
        pipeline = pool.get(name)
        return pipeline, describe(pipeline)

    return opened


def see_face(pool: ModelPool, picture) -> dict:
    """What the classifier sees in (1, 3, 64, 64)."""
    from gan_models.dcgan.pipeline import in_words

    return {"sees": in_words(pool.get("faces").attributes(picture)[0].tolist())}


def see_tight_face(pool: ModelPool, picture) -> dict:
    """What the classifier sees in a tightly cut face (1, 3, R, R)."""
    from gan_models.dcgan.pipeline import in_words

    return {"sees": in_words(pool.get("stylegan").attributes(picture)[0].tolist())}


def see_thing(pool: ModelPool, picture) -> dict:
    """What the classifier sees in (1, 3, 32, 32): a thing, or two where it hesitates."""
    first, second = pool.get("biggan").read(picture)[0].things[:2]
    seen = [first] if first[1] >= SURE else [first, second]
    return {"sees": ", ".join(f"{name} {belief * 100:.0f} %" for name, belief in seen)}


def public(name: str, title: str) -> Model:
    """Somebody else's face generator, fetched from the Hub when it is chosen."""
    return Model(
        title, 0, prose.FACE_SLIDERS, open_sampler(name), see_face, note=prose.PUBLIC, picture=FACE, sharpens=64
    )


def open_portraits(pool: ModelPool):
    """The Progressive GAN with its pictures made smaller; what is kept of them is whole."""
    pipeline = pool.get("faces-progan")
    return pipeline.smaller(256), describe(pipeline)


def open_deep(pool: ModelPool):
    """BigGAN-deep with some of its thousand classes."""
    pipeline = pool.get("things-biggan-deep")
    return pipeline.choose(prose.DEEP_THINGS.values()), describe(pipeline)


def unread(pool: ModelPool, picture) -> dict:
    """What nobody here can read."""
    return {}


SURE = 0.8  # a classifier's belief from which on its second thought is not worth a word
FIRST = "stylegan"  # on which the tab opens

MODELS = {
    "faces": Model(
        prose.FACES, 0, prose.FACE_SLIDERS, open_sampler("faces"), see_face, 0.9, 35, concepts=prose.CONCEPTS,
        picture=FACE, sharpens=64,
    ),
    "stylegan": Model(
        prose.STYLES, 0, prose.STYLE_SLIDERS, open_sampler("stylegan"), see_tight_face, 0.65, 6046, picture=FACE,
        concepts=prose.STYLE_CONCEPTS, note=prose.YOUNG, styles=True, drafts=16, sharpens=128,
    ),
    "digits": Model(
        prose.DIGITS, 10, DIGIT_SLIDERS + ways("Nuance 1", "Nuance 2"), open_digits, read_digit, kind="digit",
        picture="A handwritten digit",
    ),
    "things": Model(
        prose.THINGS, len(THINGS), FOUND, open_sampler("biggan"), see_thing, kind="thing", picture=prose.THING,
        truncation=0.9, label=THINGS.index("horse"), note=prose.SMALL, names=THINGS, looks=True,
    ),
    "faces-dcgan-celeba": public("faces-dcgan-celeba", prose.PUBLIC_ALAFANDI),
    "faces-huggan-dcgan": public("faces-huggan-dcgan", prose.PUBLIC_HUGGAN),
    "faces-progan": Model(
        prose.PROGAN, 0, FOUND, open_portraits, unread, 0.9, note=prose.PROGAN_NOTE, picture=FACE, heavy=True
    ),
    "things-biggan-deep": Model(
        prose.DEEP, len(prose.DEEP_THINGS), FOUND, open_deep, unread, 0.5, kind="thing", picture=prose.THING,
        note=prose.DEEP_NOTE, names=tuple(prose.DEEP_THINGS), heavy=True, sharpens=128,
    ),
}  # fmt: skip
MODELS = {FIRST: MODELS[FIRST]} | MODELS
