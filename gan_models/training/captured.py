"""Steps that a GPU repeats by itself: recorded once as a CUDA graph, then replayed.

A GAN's step is some thousand small kernels, and Python starts them more slowly than a large GPU ends them. The step
must draw its own pictures and chance on the GPU and read nothing back.
"""

from collections.abc import Callable

import torch
from torch import Tensor

WARM = 3  # steps before one is recorded


class Captured:
    """A step, called as often as one likes; on anything but a CUDA device it is simply called.

    Args:
        step: no arguments; gives back tensors by name, which each call overwrites.
        device: where all of its tensors lie.
    """

    def __init__(self, step: Callable[[], dict[str, Tensor]], device: torch.device):
        self.step, self.device = step, device
        self.graph: torch.cuda.CUDAGraph | None = None
        self.said: dict[str, Tensor] = {}

    def __call__(self) -> dict[str, Tensor]:
        """One step; what it said."""
        if self.device.type != "cuda":
            return self.step()
        if self.graph is None:
            self.record()
        self.graph.replay()
        return self.said

    def record(self) -> None:
        """Some steps to warm up on a stream of their own, as CUDA graphs want it, and then the recording."""
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            for _ in range(WARM):
                self.step()
        torch.cuda.current_stream().wait_stream(stream)
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph):
            said = self.step()
        self.said = {name: value.detach() for name, value in said.items()}
