"""What we rely on in huggingface_hub and its HTTP library; this fails when a new version is without it."""

import inspect
import threading

import huggingface_hub
import pytest
from huggingface_hub import constants, get_session
from huggingface_hub.utils import http_backoff
from loopback_hub import loopback_hub

from gan_models.core import hub_adapter


def test_the_bounded_client_is_the_one_in_use():
    hub_adapter.install()
    client = get_session()
    assert type(client).__name__ == "Client" and type(client).__module__ == hub_adapter.__name__
    assert client.event_hooks["request"], "the hub's own hook is kept"
    assert constants.HF_HUB_DISABLE_XET
    library = type(client).__mro__[1]
    assert {"stream", "follow_redirects"} <= set(inspect.signature(library.send).parameters)
    for name in ("hf_hub_download", "hf_hub_url", "get_hf_file_metadata", "try_to_load_from_cache"):
        assert callable(getattr(huggingface_hub, name))


def test_the_pauses_between_tries_are_as_long_as_we_think():
    waits = inspect.signature(http_backoff).parameters
    assert (waits["base_wait_time"].default, waits["max_wait_time"].default) == (1, hub_adapter.LONGEST_PAUSE_S)
    statuses = inspect.signature(http_backoff).parameters["retry_on_status_codes"].default
    assert set(statuses) <= set(hub_adapter.TRIED_AGAIN)


def test_connections_are_known_and_can_be_cut():
    with loopback_hub() as hub:
        hub.add("me/x", {"a.txt": b"hello"})
        hub.faults["a.txt"] = "silent"
        bounds = hub_adapter.until(30, hub.url)
        timer = threading.Timer(0.5, bounds.cut)
        timer.start()
        with hub_adapter.bounded(bounds), pytest.raises(hub_adapter.GivenUp):
            get_session().get(f"{hub.url}/me/x/resolve/main/a.txt")
        timer.join()
        assert len(bounds.streams) == 1


def test_without_bounds_it_is_an_ordinary_client():
    hub_adapter.install()
    with loopback_hub() as hub, loopback_hub() as other:
        hub.add("me/x", {"a.txt": b"hello"})
        hub.faults["a.txt"] = f"to {other.url}/me/x/resolve/main/a.txt"
        other.add("me/x", {"a.txt": b"there"})
        assert get_session().get(f"{hub.url}/me/x/resolve/main/a.txt").content == b"there"
