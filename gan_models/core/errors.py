"""One tree of errors whose text is for whoever asked: what is wrong, and what to do.

Whoever answers visitors catches :class:`AtelierError` and nothing else. Any other exception is a fault of this program.
"""


class AtelierError(Exception):
    """Something that whoever asked can mend, or wait out. Its text says how, in one sentence or two."""


class BadRequest(AtelierError, ValueError):
    """What was asked for makes no sense. The text says what to give instead."""


class SessionExpired(AtelierError, LookupError):
    """The server no longer holds what is meant; whoever asked must bring it again. The text says what."""


class ModelUnavailable(AtelierError, RuntimeError):
    """A model cannot be had at the moment. The text says why and what to do."""


class CheckpointError(ModelUnavailable):
    """No usable weights or data that ship with them. The text says what is wrong and what to do."""


class DeviceUnavailable(ModelUnavailable):
    """The device asked for is not on this machine."""


class Busy(AtelierError):
    """Too many are waiting already. ``waiting`` says how many."""

    def __init__(self, waiting: int, seconds: float):
        word = "request is" if waiting == 1 else "requests are"
        super().__init__(
            f"The server is busy: {waiting} {word} in line before yours. Try again in {max(2, round(seconds))} seconds."
        )
        self.waiting = waiting
