"""What the arithmetic tab asks, answered: galleries, sums, strips, and what classifier and critic say of them."""

import threading
from typing import Annotated, Any

from pydantic import Field, PlainValidator

from gan_models.ui.handlers import TabHandlers
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.photos import photo_sheet
from gan_models.ui.requests import Request, read
from gan_models.ui.tabs.arithmetic import prose

MOST_SHOWN = 24  # faces of a gallery
SUM = {"a": [11, 12], "b": [13], "c": [14, 15, 16], "strength": 1.0, "seed": 2}


def read_gallery(value: object) -> tuple[int, ...]:
    """Seeds from a list or a text, as many as a gallery shows. Raises BadRequest."""
    from gan_models.dcgan.arithmetic import read_seeds

    return read_seeds(value, MOST_SHOWN, "The gallery")


def read_sum(value: object):
    """See :meth:`gan_models.dcgan.arithmetic.Sum.read`."""
    from gan_models.dcgan.arithmetic import Sum

    return Sum.read(value)


Gallery = Annotated[tuple[int, ...], PlainValidator(read_gallery), Field(description="The gallery is empty.")]
Total = Annotated[Any, PlainValidator(read_sum), Field(description="A sum has three columns of faces and a strength.")]


class Start(Request, ask="start"):
    """The first look: the gallery and the sum that the page opens with."""


class Faces(Request, ask="faces"):
    """Small pictures of the faces in the gallery."""

    seeds: Gallery


class AddUp(Request, ask="sum"):
    """A sum of faces to work out."""

    sum: Total


class Strip(AddUp, ask="strip"):
    """The sum at each step from nothing to one and a half of it."""


class Page(AddUp, ask="page"):
    """The sum as a sheet to download."""


class ArithmeticHandlers(TabHandlers):
    """Answers the tab's requests."""

    name, needs = "arithmetic", "faces"
    examples = (
        {"ask": "start"},
        {"ask": "faces", "seeds": [1, 2, 3]},
        {"ask": "sum", "sum": SUM},
        {"ask": "strip", "sum": SUM},
    )

    def __init__(self, pool: ModelPool):
        super().__init__(pool)
        self._started: dict | None = None
        self._lock = threading.Lock()

    def start(self, request: Start) -> dict:
        """The galleries and the presets, as seeds; found once."""
        from gan_models.dcgan.attributes import CATEGORIES

        faces = self.pipeline
        with self._lock:
            if self._started is None:
                found = {key: [int(s) for s in faces.galleries.get(key, ())][:MOST_SHOWN] for key in CATEGORIES}
                titles = {key: category.title.replace("bangs", "a fringe") for key, category in CATEGORIES.items()}
                galleries = [{"key": k, "title": titles[k], "seeds": seeds} for k, seeds in found.items() if seeds]
                self._started = {"galleries": galleries, "presets": presets(faces, found)}
            return self._started

    def faces(self, request: Faces) -> dict:
        """Up to 24 faces by their seeds, on one sheet, and what the classifier calls each."""
        from gan_models.core import latents

        faces, seeds = self.pipeline, list(request.seeds)
        drawn = faces.render(latents.seeded_noise(seeds, faces.z_dim), None)
        said = [prose.describe(named(row)) for row in faces.attributes(drawn)]
        return photo_sheet(drawn, 2) | {"seeds": seeds, "said": said}

    def sum(self, request: AddUp) -> dict:
        """All pictures of a sum on one sheet: the chosen faces, three averages, three averages of pixels, the result,
        the result on pixels, nine neighbours; and what classifier and critic say."""
        import torch

        from gan_models.dcgan.arithmetic import work_out

        work = work_out(self.pipeline, request.sum)
        pictures = (work.faces, work.means, work.blends, work.results, work.on_pixels, work.neighbours)
        said = [prose.describe(named(row), many=True) for row in work.answers]
        return photo_sheet(torch.cat(pictures)) | {"said": said} | self.opinions(work, [request.sum.strength])[0]

    def strip(self, request: Strip) -> dict:
        """The results at all 21 stops of the strength slider, then those on pixels: all that a drag needs."""
        import torch

        from gan_models.dcgan.arithmetic import stops, work_out

        work = work_out(self.pipeline, request.sum, stops())
        opinions = self.opinions(work, stops().tolist())
        return photo_sheet(torch.cat([work.results, work.on_pixels])) | {"frames": opinions}

    def opinions(self, work, strengths: list[float]) -> list[dict]:
        """For each strength what classifier and critic say of the result and of the one on pixels."""
        import torch

        from gan_models.dcgan.arithmetic import points_of_interest, promises

        pictures = torch.cat([work.results, work.on_pixels])
        found, real = self.pipeline.attributes(pictures), self.pipeline.realness(pictures)
        promised, points = promises(work.answers, torch.tensor(strengths)), points_of_interest(work.answers)
        both = [
            verdict(promised[i % len(strengths)], found[i], points) | {"real": round(real[i], 4)}
            for i in range(len(found))
        ]
        count = len(strengths)
        return [{"latent": both[i], "pixels": both[count + i]} for i in range(count)]

    def page(self, request: Page) -> dict:
        """The whole sum as a picture to keep."""
        from gan_models.core import images
        from gan_models.dcgan.arithmetic import work_out
        from gan_models.dcgan.arithmetic_page import figure

        made = figure(work_out(self.pipeline, request.sum), request.sum.sizes)
        return {"url": images.png_url(made), "name": "face-arithmetic.png"}

    def endpoint(self, a: str, b: str, c: str, strength: float):
        """Add and subtract faces: C + strength * (A - B).

        Args:
            a: seeds of one to three faces to add, such as "12, 7, 99"; their average counts, as in b and c.
            b: seeds of one to three faces to subtract.
            c: seeds of one to three faces to begin with.
            strength: how much of A - B is added, 0 to 2; what lies outside is clamped.

        Returns:
            The face (64x64), the same sum done on pixels, and for both the classifier's probabilities, the critic's
            belief that it is a photograph, and what became of each promise.
        """
        total = read(AddUp, {"sum": {"a": a, "b": b, "c": c, "strength": strength}}).sum
        faces = self.pipeline
        import torch

        from gan_models.core import images
        from gan_models.dcgan.arithmetic import kept, promises, work_out
        from gan_models.dcgan.attributes import ATTRIBUTES

        work = work_out(faces, total)

        promised = promises(work.answers, torch.tensor([total.strength]))
        said = {}
        for name, picture in (("latent", work.results), ("pixels", work.on_pixels)):
            found = faces.attributes(picture)
            holds = kept(promised, found)[0].tolist()
            said[name] = {
                "attributes": {k: round(v, 4) for k, v in named(found[0]).items()},
                "realness": round(faces.realness(picture)[0], 4),
                "promises_kept": {k: holds[i] for i, k in enumerate(ATTRIBUTES) if promised[0, i]},
            }
        return images.to_pil(work.results)[0], images.to_pil(work.on_pixels)[0], said

    def exercise(self) -> None:
        """Load everything and work out one sum at each of the tab's batch sizes."""
        start = self.answer({"ask": "start"})
        for preset in start.get("presets", ())[:1]:
            for ask in ("sum", "strip"):
                self.answer({"ask": ask, "sum": preset})
            self.answer({"ask": "faces", "seeds": start["galleries"][0]["seeds"]})


def presets(faces, found: dict[str, list[int]]) -> list[dict]:
    """Those presets whose galleries have faces, with up to three seeds a column."""
    from gan_models.dcgan.arithmetic import good_example

    ready = []
    for title, keys, promised in prose.PRESETS:
        columns = good_example(faces, [found.get(key, []) for key in keys], promised)
        if columns:
            of = "{} − {} + {}".format(*keys).replace("-", " ").replace("bangs", "a fringe")
            ready.append({"title": title, "of": of, "galleries": keys} | dict(zip("abc", columns, strict=True)))
    return ready


def named(row) -> dict[str, float]:
    """The classifier's answers (6,) by name."""
    from gan_models.dcgan.attributes import ATTRIBUTES

    return dict(zip(ATTRIBUTES, row.tolist(), strict=True))


def verdict(promised, found, points: list[int]) -> dict:
    """Promises (6,) and the classifier's probabilities (6,) in words: what the sum is about, and the rest.

    Each is (words, how surely the picture shows it, whether that was promised and is there; None without a promise).
    """
    rows = []
    for (present, absent), wanted, share in zip(prose.WORDS.values(), promised.tolist(), found.tolist(), strict=True):
        shown = 1 - share if wanted < 0 else share
        rows.append((absent if wanted < 0 else present, round(shown, 4), shown > 0.5 if wanted else None))
    points = points or [i for i, row in enumerate(rows) if row[2] is not None]
    chosen, others = [rows[i] for i in points], [rows[i] for i in range(len(rows)) if i not in points]
    others = [row for row in others if row[2] is not None]
    word, tone = prose.verdict_word(chosen, others)
    return {"word": word, "tone": tone, "points": chosen, "others": others}
