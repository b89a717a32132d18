"""How fast the digits are: ``python -m tests.benchmarks.bench_digits``.

Model time of 100 digits and of a number of 12, beside the network as trained (no folded norms, default layout) in the
same run, medians; and the time from ``python app.py`` to a served page beside an empty Gradio app, started in turn.
"""

import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EMPTY = "import gradio as gr\nwith gr.Blocks() as b:\n    gr.Markdown('x')\nb.launch(server_port={port}, quiet=True)"


def milliseconds(work, repeats: int = 30) -> float:
    for _ in range(5):
        work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def until_served(command: list[str], port: int) -> float:
    """Seconds from starting a process to its first answered request."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while time.perf_counter() - start < 120:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).read()
                return time.perf_counter() - start
            except OSError:
                time.sleep(0.02)
        raise TimeoutError(command)
    finally:
        process.kill()
        process.wait()


def main() -> None:
    import torch

    from gan_models import load
    from gan_models.core.store import load_network
    from gan_models.registry import CHECKPOINTS

    pipeline = load("digits", weights="embedded")
    plain, _ = load_network(CHECKPOINTS["digits-generator"], "embedded")
    plain = plain.to(pipeline.device)
    print(f"device {pipeline.device}, {torch.get_num_threads()} threads, torch {torch.__version__}")
    for count in (12, 100):
        z, labels = torch.randn(count, pipeline.z_dim), torch.arange(count) % 10

        @torch.inference_mode()
        def as_trained(z=z, labels=labels):
            plain(z.to(pipeline.device), labels.to(pipeline.device)).cpu()

        def ours(z=z, labels=labels):
            return pipeline.draw(z, labels)

        print(f"{count:4d} digits: {milliseconds(ours):6.1f} ms; as trained {milliseconds(as_trained):6.1f} ms")
    drawn = pipeline.draw(torch.randn(12, pipeline.z_dim), torch.arange(12) % 10)
    labels = [i % 10 for i in range(12)]
    opinions = milliseconds(lambda: (pipeline.read(drawn), pipeline.realness(drawn, labels)))
    print(f"  12 digits judged and criticised: {opinions:.1f} ms")

    rounds = {"python app.py": [], "an empty Gradio app": []}
    for _ in range(3):
        for name, times in rounds.items():
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            app = [sys.executable, "app.py", "--port", str(port)]
            empty = [sys.executable, "-c", EMPTY.format(port=port)]
            times.append(until_served(app if name.startswith("python") else empty, port))
    for name, times in rounds.items():
        print(f"start to served page, {name}: {statistics.median(times):.2f} s")


if __name__ == "__main__":
    main()
