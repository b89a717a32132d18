"""The horses tab alone with a pair of one's own: ``python -m gan_models.ui.tabs.horses --pair DIR --names A B``."""

import argparse
import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from gan_models.ui.model_pool import ModelPool
from gan_models.ui.server.serve_tab import serve_tab
from gan_models.ui.tabs.horses import TAB

if TYPE_CHECKING:
    from gan_models.ui.app import Page


OWN = "own"


class OnePair(ModelPool):
    """A pool in which :data:`OWN` is a pair read from a folder."""

    def __init__(self, folder: Path, kinds: tuple[str, str]):
        super().__init__()
        self.folder, self.kinds = folder, kinds

    def get(self, name: str):
        if name != OWN:
            return super().get(name)
        if name not in self._pipelines:
            from gan_models.core.device import pick_device
            from gan_models.cyclegan.pipeline import open_pair

            self._pipelines[name] = open_pair(self.folder, self.kinds, pick_device(self.device))
        return self._pipelines[name]


def build(folder: Path, kinds: tuple[str, str] = ("horse", "zebra")) -> "Page":
    """The tab as a page of its own, with the pair in a folder."""
    from gan_models.ui.app import build_tab

    return build_tab(replace(TAB, build=lambda _: TAB.build(OnePair(folder, kinds), {OWN: kinds})))


def main() -> None:
    """The command of this file's head."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pair", type=Path, required=True, help="a folder that the training script wrote")
    parser.add_argument("--names", nargs=2, default=["horse", "zebra"], help="as the training script was told")
    args = parser.parse_args()
    if any(not re.fullmatch("[a-z0-9]+", name) or name == "to" for name in args.names):
        parser.error("--names takes two words of small letters and digits")
    serve_tab(partial(build, args.pair, tuple(args.names)))


if __name__ == "__main__":
    main()
