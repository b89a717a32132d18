"""The drawing tab alone with a model that somebody trained: ``python -m gan_models.ui.tabs.draw --model DIR``."""

import argparse
from dataclasses import replace
from pathlib import Path

from gan_models.ui.app import build_tab
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.server.serve_tab import serve_tab
from gan_models.ui.tabs.draw import TAB


class OneRun(ModelPool):
    """A pool with one model in it, read from a folder, whatever the tab asks for."""

    def __init__(self, folder: Path, twin: Path | None, size: int):
        super().__init__()
        self.folder, self.twin, self.size = folder, twin, size

    def _load(self, name: str):
        from gan_models.core.device import pick_device
        from gan_models.pix2pix.pipeline import open_run

        return open_run(self.folder, pick_device(self.device), self.twin, self.size)


def main() -> None:
    """The command of this file's head."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="a folder that the training script wrote")
    parser.add_argument("--twin", type=Path, help="the generator's weights that the run began from, for the slider")
    parser.add_argument("--size", type=int, default=128, help="pixels of what it paints")
    args = parser.parse_args()
    pool = OneRun(args.model, args.twin, args.size)
    serve_tab(lambda: build_tab(replace(TAB, build=lambda _: TAB.build(pool))))


if __name__ == "__main__":
    main()
