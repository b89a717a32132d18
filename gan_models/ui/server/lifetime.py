"""From the first temporary file to the last: a folder of one's own, a broom, and an end in time."""

import contextlib
import os
import secrets
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

CLOSING_S = 2.0  # for answers that are under way when the process is told to end
SWEEP_EVERY_S = 60.0
ORPHANED_S = 600.0  # well after Gradio has deleted what it knows of


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """Where Gradio keeps uploads and results: a folder of this process, deleted with it; ``GRADIO_TEMP_DIR`` if set."""
    given = os.environ.get("GRADIO_TEMP_DIR")
    folder = Path(given or f"{tempfile.gettempdir()}/gan-atelier-{secrets.token_hex(8)}")
    stop = threading.Event()
    try:
        if not given:  # named before it is made: a signal in between must not leave it behind
            folder.mkdir(mode=0o700)
        os.environ["GRADIO_TEMP_DIR"] = str(folder)
        os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", str(folder / "torchinductor"))  # made even where it is unused
        threading.Thread(target=sweep_now_and_then, args=(folder, stop), name="broom", daemon=True).start()
        yield folder
    finally:
        stop.set()
        if not given:
            shutil.rmtree(folder, ignore_errors=True)


def sweep_now_and_then(folder: Path, stop: threading.Event) -> None:
    """Sweep once a minute until ``stop`` is set."""
    while not stop.wait(SWEEP_EVERY_S):
        sweep(folder)


def sweep(folder: Path, older_than_s: float = ORPHANED_S) -> None:
    """Delete old files, which an upload that broke off leaves, and old empty folders, which Gradio leaves."""
    horizon = time.time() - older_than_s
    for parent, _, names in os.walk(folder, topdown=False):
        for path in (*(Path(parent, name) for name in names), Path(parent)):
            with contextlib.suppress(OSError):  # in use, or gone already; a folder that is not empty stays
                if path != folder and path.lstat().st_mtime < horizon:
                    path.rmdir() if path.is_dir() else path.unlink()


def end_on_sigterm() -> None:
    """From now on SIGTERM ends this program as Ctrl-C does, with exit status 0, wherever it stands."""

    def end(*_) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)


def close(blocks) -> None:
    """Stop serving: answers under way have a little time, then connections are cut."""
    blocks.server.config.timeout_graceful_shutdown = 1
    closing = threading.Thread(target=blocks.close, kwargs={"verbose": False}, daemon=True)
    closing.start()
    closing.join(CLOSING_S)


def run(main: Callable[[], int]) -> None:
    """Run the program and end the process with its exit status, at once.

    Python itself would wait for every thread that still computes, such as a live training with visitors in line.
    """
    try:
        status = main()
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
        status = 1
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)
