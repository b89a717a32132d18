"""How fast are faces? ``python -m tests.benchmarks.bench_faces`` prints medians; CUDA too, where there is one.

Beside our generator stands the same one as trained, norms not folded, and the paper's form as the PyTorch tutorial has
it (100 numbers, width 64), which the public weights on the Hub use.
"""

import statistics
import time
from collections.abc import Callable
from functools import partial

import torch

from gan_models import load
from gan_models.core.store import load_network
from gan_models.dcgan.arithmetic import Sum, stops, work_out
from gan_models.dcgan.hub_networks import TutorialGenerator
from gan_models.registry import CHECKPOINTS
from gan_models.ui.photos import photo_sheet

COUNTS = (1, 25, 100)
TOTAL = Sum((1, 2, 3), (4, 5, 6), (7, 8, 9))


@torch.inference_mode()
def run(network: torch.nn.Module, z: torch.Tensor, device: str) -> torch.Tensor:
    return network(z.to(device)).cpu()


def median_ms(work: Callable[[], object], seconds: float = 2.0) -> float:
    """Median of the runs that fit into ``seconds``, at least five, after three to warm up."""
    for _ in range(3):
        work()
    times, end = [], time.perf_counter() + seconds
    while len(times) < 5 or time.perf_counter() < end:
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times)


def main() -> None:
    devices = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
    print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads")
    for name in devices:
        faces = load("faces", device=name, weights="embedded")
        plain, _ = load_network(CHECKPOINTS["faces-generator"], "embedded")
        plain = plain.to(name, memory_format=torch.channels_last)
        paper = TutorialGenerator().eval().requires_grad_(False).to(name)

        print(f"\n{name:24s}" + "".join(f"{n:>10d}" for n in COUNTS) + "   faces, ms")
        for title, draw, dim in (
            ("ours", partial(faces.render, weights=None), faces.z_dim),
            ("norms not folded", partial(run, plain, device=name), faces.z_dim),
            ("the paper's form", partial(run, paper, device=name), paper.z_dim),
        ):
            times = [median_ms(partial(draw, torch.randn(n, dim))) for n in COUNTS]
            print(f"{title:24s}" + "".join(f"{t:10.1f}" for t in times))
        pictures = faces.render(torch.randn(25, faces.z_dim), None)
        for title, work in (
            ("classifier, one face", partial(faces.attributes, pictures[:1])),
            ("critic, one face", partial(faces.realness, pictures[:1])),
            ("25 faces to one JPEG", partial(photo_sheet, pictures, columns=5)),
            ("a sum and neighbours", partial(work_out, faces, TOTAL)),
            ("a sum at 21 strengths", partial(work_out, faces, TOTAL, stops())),
        ):
            print(f"{title:24s}{median_ms(work):10.1f}")


if __name__ == "__main__":
    main()
