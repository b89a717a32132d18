"""The restoring tab alone, with one's own colouring: ``python -m gan_models.ui.tabs.restore --model DIR``."""

from gan_models.ui.own_run import serve_own
from gan_models.ui.tabs.restore import TAB


def main() -> None:
    """The command of this file's head."""
    serve_own(__doc__, TAB, "colour")


if __name__ == "__main__":
    main()
