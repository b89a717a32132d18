"""A tab alone with a pix2pix model that somebody trained, in place of those that ship."""

import argparse
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from gan_models.ui.model_pool import ModelPool
from gan_models.ui.server.serve_tab import serve_tab
from gan_models.ui.tab import Tab

if TYPE_CHECKING:
    from gan_models.ui.app import Page


class OwnRun(ModelPool):
    """A pool whose pix2pix models are all one, read from a folder; the others are what ships.

    Args:
        subject: a name of :data:`gan_models.pix2pix.checkpoints.SUBJECTS`; empty: what its inputs suggest.
        The others: see :func:`gan_models.pix2pix.pipeline.open_run`.
    """

    def __init__(self, folder: Path, twin: Path | None, size: int, subject: str = ""):
        super().__init__()
        self.folder, self.twin, self.size, self.subject = folder, twin, size, subject

    def _load(self, name: str):
        if not name.startswith("pix2pix-"):
            return super()._load(name)
        from gan_models.core.device import pick_device
        from gan_models.pix2pix.checkpoints import SUBJECTS
        from gan_models.pix2pix.pipeline import open_run

        return open_run(self.folder, pick_device(self.device), self.twin, self.size, SUBJECTS.get(self.subject))


def serve_own(about: str, tab: Tab, subject: str = "") -> None:
    """The command that serves ``tab`` with the run that its arguments name."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--model", type=Path, required=True, help="a folder that the training script wrote")
    parser.add_argument("--twin", type=Path, help="the generator's weights that the run began from, for the slider")
    parser.add_argument("--size", type=int, default=128, help="pixels of what it paints, or of the copy it colours")
    args = parser.parse_args()
    serve_tab(partial(build, tab, OwnRun(args.model, args.twin, args.size, subject)))


def build(tab: Tab, pool: OwnRun) -> "Page":
    """The tab as a page of its own, with that pool."""
    from gan_models.ui.app import build_tab

    return build_tab(replace(tab, build=lambda _: tab.build(pool)))
