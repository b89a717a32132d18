"""The training loop of all families: it resumes, averages, sets rates, saves, draws sheets, counts and logs.

A family derives from :class:`Trainer`, builds networks and optimisers, and says what one step is, see
:class:`~gan_models.training.family.Family`.
"""

import math
from pathlib import Path

import torch
from torch import Tensor, nn
from tqdm import tqdm

from gan_models.training import processes
from gan_models.training.family import Family
from gan_models.training.loop import load_state, save_sheet, save_state, save_weights
from gan_models.training.randomness import random_state, seed_everything, set_random_state

SHOWN = 64  # pictures whose diversity is logged


class Trainer(Family):
    """One run. It ends as an unbroken one would have ended, however often it was stopped and resumed."""

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
                set_rate(group, rate * group.get("base", 1.0))
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


def set_rate(group: dict, rate: float) -> None:
    """Set the learning rate of an optimiser's group; a tensor stays where it lies: recorded steps read it there."""
    if isinstance(group["lr"], Tensor):
        group["lr"].fill_(rate)
    else:
        group["lr"] = rate
