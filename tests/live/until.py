"""Training that stops once it has shown what it should."""

from collections.abc import Callable


def train_until(run, reached: Callable[[], bool], steps: int, every: int) -> bool:
    """Train until ``reached()``, looked at every so many steps, but no more than ``steps``; whether it was."""
    for _ in range(0, steps, every):
        run.train(280, every)
        if reached():
            return True
    return False
