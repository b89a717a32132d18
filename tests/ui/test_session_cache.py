"""What visitors bring is bounded, forgotten in time, and theirs alone."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from gan_models.core.errors import SessionExpired
from gan_models.cyclegan.detail import Change
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.session_cache import SessionCache, fingerprint
from gan_models.ui.tabs.horses.handlers import HorsesHandlers

WAYS = ("horse_to_zebra", "zebra_to_horse")


def test_bounded_in_number_and_forgets():
    now = [0.0]
    cache = SessionCache("Bring it again.", entries=2, ttl=10, clock=lambda: now[0])
    cache.put("ann", "a", 0)
    cache.put("ann", "b", 1)
    assert cache.get("ann", "a") == 0
    cache.put("ann", "c", 2)
    assert cache.find("ann", "b") is None and len(cache) == 2
    now[0] = 9
    assert cache.get("ann", "a") == 0
    now[0] = 18
    assert cache.get("ann", "a") == 0
    with pytest.raises(SessionExpired, match="Bring it again"):
        cache.get("ann", "c")
    now[0] = 30
    assert len(cache) == 0


def test_bounded_in_bytes():
    cache = SessionCache("", most_bytes=100)
    for key in "abc":
        cache.put("ann", key, key, 40)
    assert [cache.find("ann", key) for key in "abc"] == [None, "b", "c"]
    cache.put("ann", "b", "smaller", 10)
    cache.put("ann", "d", "d", 50)
    assert [cache.find("ann", key) for key in "bcd"] == ["smaller", "c", "d"]
    cache.put("ann", "huge", "huge", 1000)
    assert [cache.find("ann", key) for key in ("b", "c", "d", "huge")] == [None, None, None, "huge"]


def test_much_is_kept_for_a_minute_only():
    now = [0.0]
    cache = SessionCache("", crowd_bytes=100, crowd_ttl=60, clock=lambda: now[0])
    cache.put("ann", "small", "small", 60)
    now[0] = 50
    cache.put("bob", "large", "large", 60)
    now[0] = 65
    assert cache.find("ann", "small") is None, "sixty-five seconds unused, beside another"
    now[0] = 1000
    assert cache.find("bob", "large") == "large", "alone it may stay"


def test_visitors_have_their_own():
    cache = SessionCache("")
    cache.put("ann", "key", "ann's")
    cache.put("bob", "key", "bob's")
    assert cache.get("ann", "key") == "ann's"
    with pytest.raises(SessionExpired):
        cache.get("eve", "key")
    assert fingerprint(b"a") == fingerprint(b"a") != fingerprint(b"b")


class Painted:
    """A pair of networks in name only: what they see says who opened it, and their change says in which direction."""

    def __init__(self):
        self.visitor = threading.local()

    def see(self, image):
        return np.full((4, 4, 3), self.visitor.number, np.float32)

    def guess(self, seen):
        from gan_models.cyclegan.translator import Guess

        return Guess(WAYS[0], {"horse": 1.0, "zebra": 0.0})

    def propose(self, seen, direction):
        return Change(seen, np.full_like(seen, WAYS.index(direction)))


def test_two_visitors_on_one_example_in_opposite_directions_a_thousand_times(monkeypatch):
    pool = ModelPool()
    pair = Painted()
    monkeypatch.setattr(pool, "_load", lambda name: pair)
    handlers = HorsesHandlers(pool)

    def visit(visitor: str, own: int) -> int:
        """How often this visitor was handed something that is not theirs."""
        dice, wrong, pair.visitor.number = random.Random(own), 0, own
        request = {"ask": "example", "name": "meadow"}
        key = handlers.answer(request, {}, visitor)["key"]
        model, asked = handlers.asks["translate"][0], {"key": key, "visitor": visitor}
        for _ in range(1000):
            way = WAYS[own if dice.random() < 0.9 else 1 - own]  # mostly one's own, now and then the other
            opened, _, wanted = handlers.proposal(model.model_validate(asked | {"direction": way}))
            theirs = (opened.seen == own).all() and (wanted.seen == own).all()
            wrong += not (theirs and (wanted.change == WAYS.index(way)).all())
            if dice.random() < 0.1:
                handlers.answer(request, {}, visitor)
        return wrong

    with ThreadPoolExecutor(2) as both:
        assert list(both.map(visit, ("ann", "bob"), (0, 1))) == [0, 0]
    records = [handlers.opened.get(visitor, fingerprint_of_meadow()) for visitor in ("ann", "bob")]
    assert records[0] is not records[1]
    with pytest.raises(AttributeError):
        records[0].working = None


def fingerprint_of_meadow() -> str:
    from gan_models.ui.tabs.horses.handlers import PICTURES

    return fingerprint((PICTURES / "meadow.webp").read_bytes())
