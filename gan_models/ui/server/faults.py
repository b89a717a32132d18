"""What happens when something breaks that nobody foresaw: words for the visitor, a place for whoever mends it.

No error's own words are ever printed, for they may quote a visitor's.
"""

import logging
import sys
import threading
import traceback
from collections import Counter

OUR_FAULT = (
    "Something broke on our side; it is no fault of yours. Try again, perhaps with other settings or another picture; "
    "if it happens again, reload the page. The other tabs go on working."
)
MOST_PLACES = 1000
_seen: Counter[str] = Counter()
_lock = threading.Lock()


def report(error: BaseException) -> None:
    """Where it happened, on stderr: in full the first time, then in one line at each tenfold."""
    kind, place = type(error).__name__, place_of(error)
    with _lock:
        key = f"{kind} {place}" if len(_seen) < MOST_PLACES else "elsewhere"
        _seen[key] += 1
        times = _seen[key]
    if times == 1:
        print(f"{places(error)}{kind}", file=sys.stderr, flush=True)
    elif set(str(times)[1:]) <= {"0"}:
        print(f"{kind} at {place}, {times} times now", file=sys.stderr, flush=True)


def reported() -> dict[str, float]:
    """How often each fault happened, by its kind and place."""
    with _lock:
        return {key: float(times) for key, times in _seen.items()}


def places(error: BaseException) -> str:
    """The frames of an error, and of those that it came from."""
    text, seen = "", set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        text = (
            "".join(traceback.format_tb(error.__traceback__))
            + (f"{type(error).__name__}, then\n" if text else "")
            + text
        )
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return text


def place_of(error: BaseException) -> str:
    """File and line where an error was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else "nowhere"


class WithoutValues(logging.Formatter):
    """A log record with the frames of its exception but without its words, which asyncio has in its message as well."""

    def formatException(self, exc_info) -> str:
        """Where it happened and its kind, not its words."""
        return f"{places(exc_info[1])}{exc_info[0].__name__}"

    def format(self, record: logging.LogRecord) -> str:
        """The record as text; a text that another formatter left in it is made anew."""
        if record.exc_info:
            first = record.getMessage().partition("\n")[0]
            record = logging.makeLogRecord(record.__dict__ | {"msg": first, "args": None, "exc_text": None})
        return super().format(record)


def quiet_logs() -> None:
    """Print what libraries log, and what threads and tasks die of, without values from here on."""
    plain = WithoutValues("%(levelname)s: %(name)s: %(message)s")
    if not logging.getLogger().handlers:
        logging.getLogger().addHandler(logging.StreamHandler())
    for name in (None, *logging.root.manager.loggerDict):
        for handler in logging.getLogger(name).handlers:
            handler.setFormatter(plain)
    threading.excepthook = lambda died: died.exc_value is None or report(died.exc_value)
