"""The training loop of all families: it resumes, averages, sets rates, saves, draws sheets, counts and logs.

A family derives from :class:`Trainer`, builds networks and optimisers, and says what one step is.
"""

import math
import time
from pathlib import Path

import torch
from torch import Tensor, nn
from tqdm import tqdm

from gan_models.core.device import fast_bfloat16
from gan_models.core.squeezenet import enlarge
from gan_models.core.store import load_strictly
from gan_models.training import processes
from gan_models.training.loop import MovingAverage, Run, load_state, save_sheet, save_state, save_weights
from gan_models.training.randomness import random_state, seed_everything, set_random_state

SHOWN = 64  # pictures whose diversity is logged
SEEN = 128  # pixels of a side from which on features mean something


class Trainer:
    """One run. It ends as an unbroken one would have ended, however often it was stopped and resumed.

    A family's ``__init__`` calls this one and then fills:

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

    # --- the loop -------------------------------------------------------------------------------------------------

    def train(self) -> "Trainer":
        """Begin or go on, until minutes or steps are used up; saves on the way and at the end."""
        self.begin()
        with tqdm(total=int(60 * self.run.minutes), unit="s", desc=self.name, disable=processes.rank() > 0) as bar:
            self.loop(bar)
        return self

    def loop(self, bar: tqdm) -> None:
        """Steps, scores and checkpoints; ``bar`` shows the seconds."""
        before, started = self.seen["seconds"], self.now()
        saved, saved_steps, scored, said = 0.0, self.seen["steps"], 0.0, {}
        while True:
            spent = processes.agree(self.now() - started)
            self.seen["seconds"] = before + spent
            over = self.over(spent)
            if self.run.score_minutes and (over or spent - scored >= 60 * self.run.score_minutes):
                self.keep_the_best()
                scored = spent
            if over or self.due(spent - saved, self.seen["steps"] - saved_steps):
                self.save(said)
                saved, saved_steps = spent, self.seen["steps"]
            if over:
                return
            said = self.one_step(self.progress(spent))
            bar.set_postfix(step=self.seen["steps"], refresh=False)
            bar.update(min(int(spent), bar.total) - bar.n)

    def begin(self) -> None:
        """Networks, optimisers, counts and chance as ``--resume`` left them, and equal in all processes."""
        self.networks |= {name: average.network for name, average in self.averages.items()}
        rest: dict[str, Tensor] = {}
        resumed = self.run.resume and self.run.resume.is_file()
        if resumed:
            numbers, rest = self.restore(self.run.resume)
            self.seen |= numbers
        processes.share(n for n in self.networks.values() if isinstance(n, nn.Module))
        mine = f"random.{processes.rank()}."
        chance = {k.removeprefix(mine): v for k, v in rest.items() if k.startswith(mine)}
        if chance:
            set_random_state(chance, self.device, self.generators)
        elif resumed or processes.rank():  # a state without chance, or of fewer processes: at least not the same again
            seed_everything(self.run.seed + self.seen["steps"] + 7919 * processes.rank(), self.generators)

    def restore(self, path: Path) -> tuple[dict, dict[str, Tensor]]:
        """Fill networks and optimisers from a state; its numbers, and its tensors of chance."""
        return load_state(path, self.networks, self.optimisers, self.optional)

    def progress(self, spent: float) -> float:
        """How far the run is, from 0 to 1: by ``--steps`` alone where given, so that it repeats to the last bit.

        Else by minutes or by ``last_step``, whichever is further; ``spent`` in seconds.
        """
        run, steps = self.run, self.seen["steps"]
        if run.steps:
            return min(1.0, steps / run.steps)
        share = (self.seen["seconds"] if run.plan else spent) / (60 * (run.plan or run.minutes))
        return min(1.0, max(share, steps / self.last_step if self.last_step else 0.0))

    def over(self, spent: float) -> bool:
        """Whether the run has used up its minutes or its steps."""
        ends = [end for end in (self.run.steps, self.last_step) if end]
        return spent >= 60 * self.run.minutes or (bool(ends) and self.seen["steps"] >= min(ends))

    def due(self, seconds: float, steps: float) -> bool:
        """Whether to save, so long after the last time."""
        return 0 < self.run.save_steps <= steps if self.run.save_steps else seconds >= 60 * self.run.save_minutes

    def one_step(self, progress: float) -> dict[str, Tensor | float]:
        """Rates, the family's step, the averages, the count."""
        for name, rate in self.rates(progress).items():
            for group in self.optimisers[name].param_groups:
                group["lr"] = rate * group.get("base", 1.0)
        said = self.step(progress)
        followers = [average.network for average in self.averages.values()]
        learning = [n for n in self.networks.values() if isinstance(n, nn.Module) and n not in followers]
        processes.average(b for n in learning for b in n.buffers() if b.is_floating_point())
        for average in self.averages.values():
            average.update(average.source, self.seen["steps"])
        self.seen["steps"] += 1
        return said

    @torch.no_grad()
    def save(self, said: dict[str, Tensor | float]) -> None:
        """State, weights and a sheet, and a line in the log; looking at pictures leaves the run's chance as it was."""
        mine = random_state(self.device, self.generators)
        everyones = processes.gather(mine)
        if processes.rank():
            return
        chance = {f"random.{rank}.{k}": v for rank, state in enumerate(everyones) for k, v in state.items()}
        path = self.run.out / f"{self.name}_state.safetensors"
        save_state(path, self.networks, self.optimisers, self.seen, chance)
        self.save_weights(self.run.out)
        if shown := self.sheet():
            save_sheet(shown[0].clamp(-1, 1), self.run.out / f"{self.name}_{self.seen['steps']:06d}.png", shown[1])
        self.log(", ".join(filter(None, [self.describe(said), self.diversity(), self.report()])))
        set_random_state(mine, self.device, self.generators)

    def save_weights(self, folder: Path) -> None:
        """What ships, into ``folder``."""
        folder.mkdir(exist_ok=True)
        for name, network in self.weights().items():
            save_weights(network, folder / f"{name}.safetensors", half=True)

    @torch.no_grad()
    def keep_the_best(self) -> None:
        """Log the score; where it is the best so far, the weights go into the folder ``best``."""
        mine = random_state(self.device, self.generators)
        if processes.rank() == 0 and (found := self.score()):
            self.log(found[1])
            if found[0] < self.seen.get("best", math.inf):
                self.seen["best"] = found[0]
                self.save_weights(self.run.out / "best")
        set_random_state(mine, self.device, self.generators)

    @torch.no_grad()
    def diversity(self) -> str:
        """How far apart the features of made pictures lie on average, beside those of real ones: a collapse shows."""
        made = self.samples(SHOWN)
        if made is None or len(made) < 2:
            return ""
        far, wanted = (torch.pdist(self.features(p).float().cpu()).mean().item() for p in (made, self.real(len(made))))
        return f"diversity {far:.3g} of {wanted:.3g}"

    def describe(self, said: dict[str, Tensor | float]) -> str:
        """What a step said, in a line."""
        return ", ".join(f"{name} {float(value):.3f}" for name, value in said.items())

    def log(self, text: str) -> None:
        """A line above the progress bar, with the counts before it."""
        pace = self.seen["pictures"] / max(self.seen["seconds"], 1e-9)
        counts = f"{self.seen['steps']} steps, {self.seen['pictures']} pictures, {self.seen['seconds']:.0f} s"
        with tqdm.external_write_mode():
            print(f"{self.name}: {counts} ({pace:.1f} a second): {text}", flush=True)
