"""Does it pay to train in two processes? ``python -m tests.benchmarks.bench_training --seconds 60``.

The face GAN's second act on made-up faces: one process with two threads, and ``torchrun`` with two processes of one
thread each, on joint batches of the same size and on twice as much. They take turns; the best round of each counts.
"""

import argparse
import io
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file

from gan_models.core.squeezenet import SqueezeNetFeatures
from gan_models.training.loop import read_state

ROOT = Path(__file__).resolve().parents[2]
WAYS = {  # title: processes, threads of each, faces a step of each
    "one process, two threads, 32 faces a step": (1, 2, 32),
    "two processes, one thread each, 16 and 16": (2, 1, 16),
    "two processes, one thread each, 32 and 32": (2, 1, 32),
}


def write_faces(folder: Path, count: int = 256) -> None:
    """Noise in the layout of ``celeba64.zip``, and a SqueezeNet that nobody trained: as fast as the real ones."""
    with zipfile.ZipFile(folder / "celeba64.zip", "w") as files:
        lines = ["file,source,smiling,male,eyeglasses,bangs,no_beard,young"]
        for k in range(count):
            buffer = io.BytesIO()
            noise = np.random.default_rng(k).integers(0, 256, (64, 64, 3), np.uint8)
            Image.fromarray(noise).save(buffer, "WEBP")
            files.writestr(f"train/{k}.webp", buffer.getvalue())
            lines.append(f"train/{k}.webp,,,,,,,")
        files.writestr("index.csv", "\n".join(lines))
    weights = SqueezeNetFeatures().state_dict()
    save_file({k: v for k, v in weights.items() if k.startswith("features")}, folder / "squeezenet.safetensors")


def pace(folder: Path, seconds: float, processes: int, threads: int, batch: int) -> float:
    """Faces a second, of all processes, start and last checkpoint left out."""
    launcher = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)]
    command = [
        sys.executable, *(launcher if processes > 1 else []), "-m", "gan_models.dcgan.train", "--data", folder,
        "--features", folder / "squeezenet.safetensors", "--out", folder, "--device", "cpu", "--first-act", "0",
        "--look-first", "0", "--save-steps", "0", "--batch", batch, "--threads", threads, "--minutes", seconds / 60,
    ]  # fmt: skip
    subprocess.run(
        [str(word) for word in command], cwd=ROOT, check=True, capture_output=True,
        env={**os.environ, "OMP_NUM_THREADS": str(threads)},
    )  # fmt: skip
    _, numbers = read_state(folder / "faces_state.safetensors")
    return numbers["pictures"] / numbers["seconds"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60, help="of each run")
    parser.add_argument("--rounds", type=int, default=1)
    args = parser.parse_args()
    best = dict.fromkeys(WAYS, 0.0)
    with tempfile.TemporaryDirectory() as folder:
        write_faces(Path(folder))
        for _ in range(args.rounds):
            for title, way in WAYS.items():
                found = pace(Path(folder), args.seconds, *way)
                best[title] = max(best[title], found)
                print(f"{title}: {found:.1f} faces a second", flush=True)
    first = next(iter(best.values()))
    print(f"PyTorch {torch.__version__}: " + "; ".join(f"{v:.1f} ({v / first:.2f})" for v in best.values()))


if __name__ == "__main__":
    main()
