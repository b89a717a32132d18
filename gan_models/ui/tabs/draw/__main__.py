"""The drawing tab alone with a model that somebody trained: ``python -m gan_models.ui.tabs.draw --model DIR``."""

from gan_models.ui.own_run import serve_own
from gan_models.ui.tabs.draw import TAB


def main() -> None:
    """The command of this file's head."""
    serve_own(__doc__, TAB)


if __name__ == "__main__":
    main()
