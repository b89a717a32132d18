"""What only a model with style vectors can be asked: mixed styles, a visitor's own face, and faces held by handles."""

import secrets

from gan_models.core.errors import BadRequest
from gan_models.ui.handlers import TabHandlers
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.photos import jpeg_url
from gan_models.ui.session_cache import SessionCache, fingerprint
from gan_models.ui.tabs.sample.requests import MOST_FACES, Board, Closer, Hold, Photo, Pull
from gan_models.ui.tabs.sample.sheets import sheet

STYLES = "stylegan"  # the model in which a face is looked for
WORKING = 2048  # pixels: the longest side of a photo in which faces are looked for
STEPS_S = 0.8  # seconds of search in one answer
PULL_S = 0.07  # seconds of a drag in one answer, so that a page shows ten a second
UNLIKE = 0.2  # a face drawn again with a greater LPIPS than this was not found


class StyleHandlers(TabHandlers):
    """Answers for :class:`gan_models.ui.tabs.sample.handlers.SampleHandlers`, which has ``model``."""

    def __init__(self, pool: ModelPool):
        super().__init__(pool)
        self.fits = SessionCache("The server has put that face away. Open the photo again, or press Surprise me.")

    def styled(self, asked):
        """The sampler that is asked; BadRequest if it has no styles."""
        sampler = self.model(asked)[0]
        if not hasattr(sampler, "board"):
            raise BadRequest("This model has no styles to mix. Choose our style-based faces as the model.")
        return sampler

    def board(self, request: Board) -> dict:
        """Nine faces with some styles of three others, three a row, and those three in one picture."""
        from gan_models.core.point import Point

        sampler = self.styled(request)
        plain = self.styled(request.model_copy(update={"key": ""}))
        heads = plain.pictures([Point(seed, truncation=request.point.truncation) for seed in request.seeds])
        answer = sheet(sampler, sampler.board(request.point, request.seeds), 3, 4)
        return answer | {"heads": sheet(sampler, heads, 3, 4)["url"]}

    def hold(self, request: Hold) -> dict:
        """Handles laid on a face; ``pull`` goes on from there. At its ``key`` lies the face as far as it has moved."""
        sampler = self.styled(request)
        mask = read_mask(request.mask) if request.mask else None
        held = sampler.hold(sampler.locate([request.point])[0], request.handles, request.targets, mask)
        key = secrets.token_hex(8)
        self.keep(request.visitor, key, held)
        return self.moved(held) | {"key": key}

    def pull(self, request: Pull) -> dict:
        """The face after a step or two towards the targets, which may be others than before."""
        held = self.kept(request, "handles", "Nobody holds this face. Lay a handle on it first.")
        if tuple(request.targets) != held.targets:
            held = held.aim(request.targets)
        held = self.pool.get(STYLES).pull(held, PULL_S)
        self.keep(request.visitor, request.key, held)
        return self.moved(held)

    def moved(self, held) -> dict:
        """A drag as the page shows it: the face, where its handles are, and how it stands."""
        picture = jpeg_url(large(self.pool.get(STYLES), held.drawn))
        return {"url": picture, "handles": held.handles, "over": held.over, "arrived": held.arrived}

    def photo(self, request: Photo) -> dict:
        """A face in a photo, cut out and aligned, and what the encoder makes of it; ``closer`` goes on from there."""
        import numpy as np

        from gan_models.core.face_finder import find_faces
        from gan_models.core.pictures import open_picture

        picture = open_picture(request.picture)
        picture.thumbnail((WORKING, WORKING))
        faces = find_faces(picture, MOST_FACES)
        if not faces:
            raise BadRequest(
                "No face was found in this picture. Choose a photo in which one looks towards you; cut a wide picture "
                "down to the face."
            )
        pipeline = self.pool.get(STYLES)
        chosen = faces[min(request.face, len(faces) - 1)]
        fit = pipeline.begin(chosen.frame.cut(np.asarray(picture), pipeline.resolution))
        key = fingerprint(request.picture + bytes([request.face]))
        self.keep(request.visitor, key, fit)
        return self.told(pipeline, fit) | {
            "key": key, "photo": jpeg_url(large(pipeline, fit.target)), "faces": len(faces), "sure": chosen.sure,
        }  # fmt: skip

    def closer(self, request: Closer) -> dict:
        """The face after a little more search."""
        pipeline = self.pool.get(STYLES)
        fit = pipeline.closer(self.kept(request, "target", "This face came from no photo."), STEPS_S)
        self.keep(request.visitor, request.key, fit)
        return self.told(pipeline, fit)

    def kept(self, request: Closer | Pull, part: str, words: str):
        """What lies under a visitor's key, if it has such a part; else BadRequest with these words."""
        found = self.fits.get(request.visitor, request.key)
        if not hasattr(found, part):
            raise BadRequest(words)
        return found

    def keep(self, visitor: str, key: str, fit) -> None:
        """Keep a face that is being looked for, or moved."""
        self.fits.put(visitor, key, fit, fit.size)

    def told(self, pipeline, fit) -> dict:
        """A search as the page shows it: the face that was found, how far it is, and how unlike the photo."""
        unlike = pipeline.lpips(fit)
        answer = {"url": jpeg_url(large(pipeline, fit.drawn)), "progress": fit.progress, "lpips": round(unlike, 3)}
        if fit.progress == 1 and unlike > UNLIKE:
            answer["note"] = "This network hardly knows such a face; a photo of an adult who looks ahead does better."
        return answer


def read_mask(data: bytes):
    """Where a face may move, from a page's canvas: as mode L, white where something is painted."""
    from gan_models.core.pictures import open_picture

    return open_picture(data, least_side=1, modes=("RGBA",)).convert("RGBA").getchannel("A")


def large(pipeline, face):
    """A face (1, 3, R, R) as a PIL image of about 400 pixels."""
    from gan_models.ui.photos import enlarged

    return enlarged(face, max(1, round(400 / pipeline.resolution)))[0]
