"""Whether a training script, interrupted and resumed, ends where an unbroken run of it ends."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from gan_models.training import trainer


def same(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> bool:
    """Whether two states agree in every name and every bit; not-a-number equals itself."""
    return set(a) == set(b) and all(torch.equal(a[k].nan_to_num(), b[k].nan_to_num()) for k in a)


def resumes_exactly(main, folder: Path, name: str, *options) -> bool:
    """Run ``main`` for four steps; and for four with a save after two, interrupted in the fourth and resumed.

    ``name`` is that of the state.
    """

    def state(run: str, *more) -> dict[str, torch.Tensor]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(trainer, "SHOWN", 4)  # two would do
            main([*map(str, options), "--out", str(folder / run), "--device", "cpu", "--steps", "4", *more])
        return load_file(folder / run / f"{name}_state.safetensors")

    unbroken, step = state("unbroken"), trainer.Trainer.one_step

    def interrupted(self, progress):
        if self.seen["steps"] == 3:
            raise KeyboardInterrupt
        return step(self, progress)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trainer.Trainer, "one_step", interrupted)
        with pytest.raises(KeyboardInterrupt):
            state("broken", "--save-steps", "2")
    return same(state("broken", "--resume", str(folder / "broken" / f"{name}_state.safetensors")), unbroken)
