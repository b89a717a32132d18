"""One tab alone, for whoever works on it, through the same server code as the whole page."""

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from gan_models.ui.server import lifetime

if TYPE_CHECKING:
    from gan_models.ui.app import Page


def serve_tab(build: "Callable[[], Page]") -> None:
    """Serve a page that :func:`gan_models.ui.app.build_tab` lays out, and end the process with it.

    Gradio's variables ``GRADIO_SERVER_NAME`` and ``GRADIO_SERVER_PORT`` say where. ``build`` is what imports Gradio: by
    then the folder for its temporary files is there.
    """

    def main() -> int:
        lifetime.end_on_sigterm()
        with lifetime.temporary_folder(), contextlib.suppress(KeyboardInterrupt):
            from gan_models.ui.server.service import serve_page

            serve_page(build())
        return 0

    lifetime.run(main)
