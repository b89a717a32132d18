"""One tab alone, for whoever works on it: ``python -m gan_models.ui.tabs NAME``, its folder's name."""

import argparse

from gan_models.ui.app import TABS, build_tab
from gan_models.ui.server.serve_tab import serve_tab


def main() -> None:
    tabs = {tab.folder: tab for tab in TABS}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=tabs)
    tab = tabs[parser.parse_args().name]
    serve_tab(lambda: build_tab(tab))


if __name__ == "__main__":
    main()
