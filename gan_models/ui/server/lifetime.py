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
from typing import TextIO

PREFIX, MARK = "gan-atelier-", ".gan-atelier"  # names of temporary folders, and of the file that marks them as ours
SWEEP_EVERY_S = 60.0
ORPHANED_S = 600.0  # well after Gradio has deleted what it knows of
GRACE_S = 10.0  # after SIGTERM, however little anybody listens


class CannotStart(Exception):
    """The page cannot be opened. The text says why and what to do, in one sentence or two."""


class NoRoom(CannotStart):
    """Temporary files cannot be written. The text says where, why, and what to do."""


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """Where everything temporary lies: a folder of our own in ``GRADIO_TEMP_DIR`` or the system's, deleted at the end.

    What lies beside it is somebody else's and stays, but for folders that bear our mark and whose process is gone: one
    that was killed could not delete its own.

    Raises:
        NoRoom: nothing can be written there.
    """
    given = os.environ.get("GRADIO_TEMP_DIR")
    folder, stop = None, threading.Event()
    known = {name: os.environ.get(name) for name in ("GRADIO_TEMP_DIR", "TMPDIR", "TORCHINDUCTOR_CACHE_DIR")}
    try:
        try:
            parent = Path(given or tempfile.gettempdir())
            parent.mkdir(parents=True, exist_ok=True)
            remove_orphans(parent)
            folder = parent / f"{PREFIX}{secrets.token_hex(8)}"
            folder.mkdir(mode=0o700)  # named before it is made: a signal in between must not leave it behind
            mark = (folder / MARK).open("w")
        except OSError as error:
            where = given or "the system's folder for temporary files"
            raise NoRoom(f"Cannot write in {where} ({error.strerror}); name another in GRADIO_TEMP_DIR.") from error
        with mark:
            claim(mark)
            os.environ |= {"GRADIO_TEMP_DIR": str(folder), "TMPDIR": str(folder)}
            os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", str(folder / "torchinductor"))  # made even if unused
            tempfile.tempdir = str(folder)
            threading.Thread(target=sweep_now_and_then, args=(folder, stop), name="broom", daemon=True).start()
            yield folder
    finally:
        stop.set()
        tempfile.tempdir = None
        for name, value in known.items():
            os.environ.pop(name, None) if value is None else os.environ.__setitem__(name, value)
        if folder:
            shutil.rmtree(folder, ignore_errors=True)


def claim(mark: TextIO) -> bool:
    """Lock the mark of a folder for as long as this process lives; False where another process has it."""
    try:
        import fcntl
    except ImportError:  # Windows does not delete what is open: trying is safe
        return True
    try:
        fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def remove_orphans(parent: Path) -> None:
    """Delete the folders of processes that were killed; each bears our mark, which nobody holds any more."""
    for mark in parent.glob(f"{PREFIX}*/{MARK}"):
        with contextlib.suppress(OSError), mark.open("r+") as open_mark:
            if mark.stat().st_uid == mark.parent.stat().st_uid and claim(open_mark):
                shutil.rmtree(mark.parent, ignore_errors=True)


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
                if path not in (folder, folder / MARK) and path.lstat().st_mtime < horizon:
                    path.rmdir() if path.is_dir() else path.unlink()


def end_on_sigterm(grace_s: float = GRACE_S) -> None:
    """From now on SIGTERM ends this program as Ctrl-C does, with exit status 0, wherever it stands.

    Where something swallows that, the process ends all the same after ``grace_s`` seconds.
    """

    def end(*_) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough
        watch = threading.Timer(grace_s, end_now)
        watch.daemon = True
        watch.start()
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)


def end_now(status: int = 0) -> None:
    """End the process without waiting for anybody, its temporary folder deleted."""
    folder = os.environ.get("GRADIO_TEMP_DIR", "")
    if Path(folder).name.startswith(PREFIX):
        shutil.rmtree(folder, ignore_errors=True)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)


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
    end_now(status)
