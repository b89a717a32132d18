"""Opening pictures that may take long in a process of their own, which is killed when its time is up.

A decoder in C cannot be stopped in a thread. The process is started with the first such picture, answers one at a time,
and ends when nobody asks it for a minute.
"""

import contextlib
import json
import os
import struct
import subprocess
import sys
import threading
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from gan_models.core.errors import BadRequest

DECODE_S = 10.0
MOST_AT_ONCE = 2
MOST_MEMORY = 2 * 2**30  # bytes of address space for one picture
IDLE_S = 60.0
STRIP = 2**20  # pixels that are sent at once
PACKAGES = Path(__file__).resolve().parents[2]
TOO_LONG = "The picture takes too long to open; save it as an ordinary JPEG or PNG and try again."

_places = threading.BoundedSemaphore(MOST_AT_ONCE)
_idle: list[subprocess.Popen] = []


def open_elsewhere(data: bytes, options: dict, deadline_s: float = DECODE_S, too_long: str = TOO_LONG) -> Image.Image:
    """What :func:`gan_models.core.pictures.open_here` makes of ``data`` and ``options``, within ``deadline_s`` seconds.

    With ``film`` among the options, what :func:`gan_models.core.clips.open_clip_here` makes of them.

    Raises:
        BadRequest: as there, or the time is up.
    """
    if not _places.acquire(timeout=deadline_s):
        raise BadRequest("The server is opening other large pictures; try again in a moment.")
    try:
        while _idle:  # one that ended itself meanwhile answers nothing; the next one may
            answer = ask(_idle.pop(), data, options, deadline_s, too_long)
            if answer is not None:
                return answer
        answer = ask(start(), data, options, deadline_s, too_long)
    finally:
        _places.release()
    if answer is None:
        raise BadRequest(too_long)
    return answer


def start() -> subprocess.Popen:
    """A process that waits for pictures."""
    search = os.pathsep.join(filter(None, (str(PACKAGES), os.environ.get("PYTHONPATH"))))
    return subprocess.Popen(
        [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": search},
    )  # fmt: skip


def ask(
    process: subprocess.Popen, data: bytes, options: dict, deadline_s: float, too_long: str = TOO_LONG
) -> Image.Image | None:
    """Have ``process`` open one picture; None where it ended before it answered. It is idle again, or dead.

    Raises:
        BadRequest: what the process says, or the time is up.
    """
    late = threading.Event()

    def kill() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(deadline_s, kill)
    timer.daemon = True
    timer.start()
    try:
        send(process.stdin, {**options, "bytes": len(data)}, data)
        said = receive(process.stdout)
        picture = receive_picture(process.stdout, said) if "size" in said else None
    except (OSError, ValueError, EOFError):
        process.kill()
        process.communicate()
        if late.is_set():
            raise BadRequest(too_long) from None
        return None
    finally:
        timer.cancel()
    _idle.append(process)
    if "error" in said:
        raise BadRequest(said["error"])
    return picture


def send(stream: BinaryIO, facts: dict, body: bytes = b"") -> None:
    """Write facts as JSON behind their length in four bytes, then the body; :func:`receive` reads them."""
    head = json.dumps(facts).encode()
    stream.write(struct.pack(">I", len(head)) + head)
    stream.write(body)
    stream.flush()


def receive(stream: BinaryIO) -> dict:
    """The facts that :func:`send` wrote; the body follows in the stream. ``EOFError`` at its end."""
    length = stream.read(4)
    if len(length) < 4:
        raise EOFError
    return json.loads(stream.read(struct.unpack(">I", length)[0]))


def send_picture(stream: BinaryIO, picture: Image.Image, info: dict) -> None:
    """Write a picture some rows at a time, so that there is one copy of it; :func:`receive_picture` reads it."""
    row = len(picture.crop((0, 0, picture.width, 1)).tobytes())
    send(stream, {"mode": picture.mode, "size": picture.size, "row": row, "info": info})
    for top, bottom in strips(picture.size):
        stream.write(picture.crop((0, top, picture.width, bottom)).tobytes())
    stream.flush()


def receive_picture(stream: BinaryIO, said: dict) -> Image.Image:
    """The picture that :func:`send_picture` wrote after it ``said`` so. ``EOFError`` where less came."""
    picture = Image.new(said["mode"], tuple(said["size"]))
    for top, bottom in strips(picture.size):
        pixels = stream.read(said["row"] * (bottom - top))
        if len(pixels) < said["row"] * (bottom - top):
            raise EOFError
        picture.paste(Image.frombytes(picture.mode, (picture.width, bottom - top), pixels), (0, top))
    picture.info.update(said["info"])
    return picture


def strips(size: tuple[int, int]) -> list[tuple[int, int]]:
    """The rows of a picture, from where to where, about a million pixels at a time."""
    many = max(1, STRIP // size[0])
    return [(top, min(top + many, size[1])) for top in range(0, size[1], many)]


def main() -> None:
    """Open what comes, one after the other, until nothing more comes."""
    from gan_models.core.clips import open_clip_here
    from gan_models.core.pictures import open_here

    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        os.nice(5)
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            idle = threading.Timer(IDLE_S, os._exit, (0,))
            idle.daemon = True
            idle.start()
            options = receive(requests)
            idle.cancel()
            data = requests.read(options.pop("bytes"))
            try:
                film = options.pop("film", False)
                picture = open_clip_here(data, **options) if film else open_here(data, **options)
            except BadRequest as error:
                send(answers, {"error": str(error)})
                continue
            send_picture(answers, picture, {name: picture.info[name] for name in ("height", "cut") if film})
            del picture


if __name__ == "__main__":
    main()
