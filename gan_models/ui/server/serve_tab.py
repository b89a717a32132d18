"""One tab alone, for whoever works on it, through the same server code as the whole page."""

import contextlib
from collections.abc import Callable

from gan_models.ui.app import Page
from gan_models.ui.server import lifetime
from gan_models.ui.server.service import serve_page


def serve_tab(build: Callable[[], Page]) -> None:
    """Serve a page that :func:`gan_models.ui.app.build_tab` lays out, and end the process with it.

    Gradio's variables ``GRADIO_SERVER_NAME`` and ``GRADIO_SERVER_PORT`` say where.
    """

    def main() -> int:
        lifetime.end_on_sigterm()
        with lifetime.temporary_folder(), contextlib.suppress(KeyboardInterrupt):
            serve_page(build())
        return 0

    lifetime.run(main)
