"""One tab alone, for whoever works on it: ``python -m gan_models.ui.tabs NAME``, its folder's name."""

import argparse

from gan_models.ui.app import TABS
from gan_models.ui.server.serve_tab import serve_tab


def main() -> None:
    tabs = {tab.build.__module__.rpartition(".")[2]: tab for tab in TABS}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=tabs)
    serve_tab(tabs[parser.parse_args().name])


if __name__ == "__main__":
    main()
