"""The horses tab alone with a pair that somebody trained: ``python -m gan_models.ui.tabs.horses --pair DIR``."""

import argparse
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from gan_models.ui.model_pool import ModelPool
from gan_models.ui.server.serve_tab import serve_tab
from gan_models.ui.tabs.horses import TAB
from gan_models.ui.tabs.horses.handlers import MODELS

if TYPE_CHECKING:
    from gan_models.ui.app import Page


class OnePair(ModelPool):
    """A pool with one pair in it, read from a folder."""

    def __init__(self, folder: Path):
        super().__init__()
        self.folder = folder

    def get(self, name: str):
        if name != MODELS["ours"]:
            return super().get(name)
        if name not in self._pipelines:
            from gan_models.core.device import pick_device
            from gan_models.cyclegan.pipeline import open_pair

            self._pipelines[name] = open_pair(self.folder, ("horse", "zebra"), pick_device(self.device))
        return self._pipelines[name]


def build(folder: Path) -> "Page":
    """The tab as a page of its own, with the pair in a folder."""
    from gan_models.ui.app import build_tab

    return build_tab(replace(TAB, build=lambda _: TAB.build(OnePair(folder))))


def main() -> None:
    """The command of this file's head."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pair", type=Path, required=True, help="a folder that the training script wrote")
    serve_tab(partial(build, parser.parse_args().pair))


if __name__ == "__main__":
    main()
