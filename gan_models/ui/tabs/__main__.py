"""One tab alone, for whoever works on it: ``python -m gan_models.ui.tabs NAME``, its folder's name."""

import argparse
from typing import TYPE_CHECKING

from gan_models.ui.server.serve_tab import serve_tab

if TYPE_CHECKING:
    from gan_models.ui.app import Page


def build() -> "Page":
    """The tab that the command line names, as a page of its own."""
    from gan_models.ui.app import TABS, build_tab

    tabs = {tab.folder: tab for tab in TABS}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=tabs)
    return build_tab(tabs[parser.parse_args().name])


if __name__ == "__main__":
    serve_tab(build)
