"""Films frame by frame, steadily: what was changed in one frame follows its motion into the next.

A generator that sees each frame for itself draws other stripes each time. Here the change of the frame before is
carried along by optical flow (Kroeger et al., 2016, in OpenCV) and mixed with what the generator proposes now, where
the two frames agree that it is the same thing that moved.
"""

import itertools

import cv2
import numpy as np

from gan_models.cyclegan.detail import Change

KEPT = 0.6  # the share of the change before, where it fits
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
        was, moved = (cv2.remap(part, *follow, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
                      for part in (before.seen, before.change))  # fmt: skip
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


def flicker(frames: list[np.ndarray]) -> float:
    """The mean change from frame to frame of (h, w, 3) uint8, in grey levels."""
    steps = itertools.pairwise(frames)
    return float(np.mean([np.abs(after.astype(np.int16) - before).mean() for before, after in steps]))
