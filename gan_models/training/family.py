"""What a family says of its training, and what it is lent for saying it; :mod:`gan_models.training.trainer` loops."""

import time

import torch
from torch import Tensor, nn

from gan_models.core.device import fast_bfloat16
from gan_models.core.squeezenet import enlarge
from gan_models.core.store import load_strictly
from gan_models.training import processes
from gan_models.training.loop import MovingAverage, Run

SEEN = 128  # pixels of a side from which on features mean something


class Family:
    """What the loop knows of a family. Its ``__init__`` calls this one and then fills:

    Attributes:
        networks: what learns, by the names it has in the state.
        optimisers: likewise.
        averages: moving averages, likewise; each follows its source after every step.
        generators: sources of chance beside PyTorch's own.
        optional: names of networks and optimisers that a state may lack.
        extractor: pictures to a list of feature maps, for :meth:`features`; ``None`` where there is none.
        seen: steps, pictures (of all processes) and seconds so far, and what numbers a family adds.
        last_step: where the run ends, if it has so many epochs and no more; 0 leaves that to minutes and ``--steps``.
        autocast: bfloat16 where that is quicker, for ``with``.
    """

    name = "model"  # of the state, the sheets and the progress bar
    now = staticmethod(time.monotonic)

    def __init__(self, run: Run):
        self.run, self.device = run, run.device
        self.networks: dict[str, nn.Module] = {}
        self.optimisers: dict[str, torch.optim.Optimizer] = {}
        self.averages: dict[str, MovingAverage] = {}
        self.generators: dict[str, torch.Generator] = {}
        self.optional: tuple[str, ...] = ()
        self.extractor: nn.Module | None = None
        self.seen: dict[str, float] = {"steps": 0, "pictures": 0, "seconds": 0.0}
        self.last_step = 0
        self.autocast = torch.autocast(run.device.type, torch.bfloat16, enabled=fast_bfloat16(run.device))

    # --- what a family says ---------------------------------------------------------------------------------------

    def step(self, progress: float) -> dict[str, Tensor | float]:
        """Learn from one batch, ``progress`` from 0 to 1 being how far the run is; what there is to log, by name."""
        raise NotImplementedError

    def rates(self, progress: float) -> dict[str, float]:
        """Learning rates by the names of optimisers; a group with a ``base`` gets that many times the rate."""
        return {}

    def weights(self) -> dict[str, nn.Module]:
        """What ships, by file names without their ending; stored in 16 bits."""
        return {}

    def sheet(self) -> tuple[Tensor, int] | None:
        """Pictures (N, C, H, W) in [-1, 1] to look at, and how many stand in a row."""
        return None

    def samples(self, count: int) -> Tensor | None:
        """``count`` made pictures (N, C, H, W) in [-1, 1], the same noise each time; ``None`` logs no diversity."""
        return None

    def real(self, count: int) -> Tensor:
        """As many real ones, the same each time, of which no two are alike."""
        raise NotImplementedError

    def features(self, pictures: Tensor) -> Tensor:
        """Pictures (N, C, H, W) in [-1, 1] to features (N, D) whose distances say how alike they look.

        Those of ``extractor``, which is shown small pictures enlarged: of fewer pixels it sees little.
        """
        seen = enlarge(pictures, SEEN) if pictures.shape[-1] < SEEN else pictures
        return torch.cat([self.extractor(page)[-1].mean((2, 3)) for page in seen.split(32)])

    def report(self) -> str:
        """What else the log should say at each checkpoint."""
        return ""

    def score(self) -> tuple[float, str] | None:
        """A figure of which less is better, and a line that says it; the weights of the best are kept."""
        return None

    # --- what a family uses ---------------------------------------------------------------------------------------

    def place(self, network: nn.Module, file: str | None = None) -> nn.Module:
        """``network`` on the device, channels last; filled with weights that shipped where ``--resume`` is a folder.

        Args:
            file: the weights' name in that folder, without its ending; ``None`` for what never ships.

        Raises:
            CheckpointError: the file does not fit.
        """
        folder = self.run.resume
        if file and folder and folder.is_dir():
            load_strictly(network, folder / f"{file}.safetensors").train().requires_grad_(True)
        return network.to(self.device, memory_format=torch.channels_last)

    def descend(self, optimiser: torch.optim.Optimizer, loss: Tensor, longest: float = 0.0) -> None:
        """One step of ``optimiser`` down the gradient of ``loss``, averaged over the processes.

        A gradient longer than ``longest`` is shortened to it; 0 leaves any length.
        """
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        learning = [p for group in optimiser.param_groups for p in group["params"] if p.grad is not None]
        processes.average(p.grad for p in learning)
        if longest:
            nn.utils.clip_grad_norm_(learning, longest)
        optimiser.step()

    def pick(self, total: int, count: int) -> Tensor:
        """Indices (count,) below ``total``, drawn at random on the device; they are counted as pictures seen."""
        self.count(count)
        return torch.randint(total, (count,), device=self.device)

    def count(self, pictures: int) -> None:
        """So many pictures were seen by this process, and as many by each of the others."""
        self.seen["pictures"] += pictures * processes.count()

    def fixed_noise(self, *shape: int) -> Tensor:
        """Standard normal noise on the device, the same each time."""
        return torch.randn(*shape, generator=torch.Generator().manual_seed(1)).to(self.device)
