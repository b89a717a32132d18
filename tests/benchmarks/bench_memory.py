"""What a photograph of 24 megapixels takes in the Inpaint tab: ``python -m tests.benchmarks.bench_memory``.

The tab is served alone. Peaks of its resident memory: while a photograph is opened, while it is saved with a small hole
filled, and with half of it filled right after that. A phone's photograph lies on its side in its file and is turned;
one in many passes is decoded by a process of its own, which is not counted.
"""

import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from PIL import Image

from gan_models.ui.tabs import horses
from tests.conftest import free_port
from tests.visitor import Visitor, as_file, health

SERVE = """
from gan_models.ui.app import build_tab
from gan_models.ui.server.service import serve_page
from gan_models.ui.tabs import inpaint
serve_page(build_tab(inpaint.TAB, "cpu", "embedded"), port={port})
"""
KINDS = {
    "as it lies": {},
    "turned": {"turned": True},
    "turned, in passes": {"turned": True, "progressive": True, "subsampling": 0},
}


def photograph(turned: bool = False, **options) -> bytes:
    """A meadow of 6000 x 4000 pixels with a camera's noise."""
    with Image.open(Path(horses.__file__).parent / "meadow.webp") as meadow:
        page = np.asarray(meadow.convert("RGB").resize((6000, 4000), Image.Resampling.BICUBIC)).copy()
    noise = np.random.default_rng(0).normal(0, 4, (500, 6000, 1)).astype(np.float32)
    for rows in np.split(page, 8):
        rows[:] = np.clip(rows + noise, 0, 255)
    exif = Image.Exif()
    if turned:
        exif[0x112] = 6
    return as_file(Image.fromarray(page), "JPEG", quality=92, exif=exif, **options)


def megabytes(process: subprocess.Popen, line: str) -> float:
    """A line of what the system says of a process."""
    return int(re.search(line + r":\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())[1]) * 1024 / 1e6


def brushed(size: tuple[int, int], box: tuple[int, ...]) -> bytes:
    """A mask as the page sends it."""
    mask = Image.new("RGBA", size)
    mask.paste((255, 255, 255, 255), box)
    return as_file(mask)


def main() -> None:
    """The command of this file's head."""
    url = f"http://127.0.0.1:{(port := free_port())}"
    process = subprocess.Popen([sys.executable, "-c", SERVE.format(port=port)], stdout=subprocess.PIPE, text=True)
    try:
        process.stdout.readline()  # it is open
        while health(url).json()["status"] == "starting":
            time.sleep(1)
        print(f"without a picture: {megabytes(process, 'VmRSS'):.0f} MB")
        visitor = Visitor(url, timeout=600)

        def peak(request: dict, **files: bytes) -> tuple[str, dict]:
            Path(f"/proc/{process.pid}/clear_refs").write_text("5")  # the peak counts from here
            answer = visitor.post("inpaint", request, files).json()
            return f"{megabytes(process, 'VmHWM'):.0f} MB", answer

        for kind, options in KINDS.items():
            opened, answer = peak({"ask": "open"}, picture=photograph(**options))
            if "error" in answer:  # a busy machine takes too long for many passes
                print(f"{kind}: {answer['error']}")
                continue
            width, height = size = answer["width"], answer["height"]
            frame = {"x": width / 2, "y": height / 2, "side": 0.45 * height, "angle": 0}
            save = {"ask": "save", "key": answer["key"], "frame": frame, "seeds": [1]}
            small = (int(0.45 * width), int(0.45 * height), int(0.55 * width), height // 2)
            peaks = [peak(save, mask=brushed(size, box))[0] for box in (small, (20, 20, width - 20, height // 2))]
            print(f"{kind}: opened {opened}, a small hole {peaks[0]}, half of it {peaks[1]}")
    finally:
        process.terminate()


if __name__ == "__main__":
    main()
