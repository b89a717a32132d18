"""Films frame by frame, steadily: what was changed in one frame follows its motion into the next.

A generator that sees each frame for itself draws other stripes each time. Here the change of the frame before is
carried along by optical flow (Kroeger et al., 2016, in OpenCV) and mixed with what the generator proposes now, where
the two frames agree that it is the same thing that moved.
"""

import cv2
import numpy as np

from gan_models.cyclegan.detail import Change, at_network_size

KEPT = 0.95  # the share of the change before, where it fits
STRAY = 0.12  # a difference of colour, in [-1, 1], at which a third as much is trusted


class Steady:
    """Takes the changes of a film's frames in turn, and gives them back calmer."""

    def __init__(self, kept: float = KEPT):
        self.kept = kept
        self._flow = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
        self._before: Change | None = None

    def calm(self, wanted: Change) -> Change:
        """The change of the next frame: what is wanted, mixed with what was done before."""
        before, self._before = self._before, wanted
        if before is None or before.seen.shape != wanted.seen.shape or not self.kept:
            return wanted
        follow = motion(self._flow, wanted.seen, before.seen)
        was, moved = (carried(part, follow) for part in (before.seen, before.change))
        stray = cv2.blur(np.abs(was - wanted.seen).mean(2), (7, 7))
        inside = (follow[0] >= 0) & (follow[1] >= 0) & (follow[0] < was.shape[1]) & (follow[1] < was.shape[0])
        share = (self.kept * inside * np.exp(-np.square(stray / STRAY)))[..., None].astype(np.float32)
        self._before = Change(wanted.seen, wanted.change + share * (moved - wanted.change))
        return self._before


def motion(flow: cv2.DISOpticalFlow, now: np.ndarray, before: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each pixel of a frame (h, w, 3) in [-1, 1] was in the one before: columns and rows, (h, w) float32 each."""
    grey = (cv2.cvtColor(np.round((page + 1) * 127.5).astype(np.uint8), cv2.COLOR_RGB2GRAY) for page in (now, before))
    offsets = flow.calc(*grey, None)
    rows, columns = np.indices(offsets.shape[:2], dtype=np.float32)
    return columns + offsets[..., 0], rows + offsets[..., 1]


def carried(page: np.ndarray, follow: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """A frame (h, w, 3) float32 moved to where :func:`motion` says that its pixels went.

    Cubic: a change is carried from frame to frame to frame, and linear interpolation would blur it a little each time.
    """
    return cv2.remap(page, *follow, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


class Flicker:
    """How much more a translated film changes than its source does, apart from what moves in the source.

    Each frame is compared with the one before, carried along by the source's motion (as the warping error of Lai et
    al., 2018). The plain difference of frames would not do: bold stripes that move rightly with a horse change more
    pixels than its brown coat did.
    """

    def __init__(self):
        self._flow = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
        self._before: list[np.ndarray] = []
        self._sums = [0.0, 0.0]

    def add(self, source: np.ndarray, made: np.ndarray) -> None:
        """The next frame of both films, (H, W, 3) uint8 of one size."""
        pages = [at_network_size(page) for page in (source, made)]
        if self._before:
            follow = motion(self._flow, pages[0], self._before[0])
            for kind, (now, before) in enumerate(zip(pages, self._before, strict=True)):
                self._sums[kind] += float(np.abs(now - carried(before, follow)).mean())
        self._before = pages

    @property
    def ratio(self) -> float:
        """1 says: not more than the source; 0 before the second frame."""
        return self._sums[1] / max(self._sums[0], 1e-6)
