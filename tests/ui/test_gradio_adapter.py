"""What we rely on in Gradio beyond its documentation; this fails loudly when a new version is without it."""

import inspect

import gradio as gr
from gradio.blocks import Blocks
from gradio.context import LocalContext
from gradio.queueing import Event, Queue

from gan_models.ui.server import gradio_adapter


def test_the_version_is_the_one_that_was_tried():
    assert gr.__version__.startswith("6.31."), "run all tests, then pin this version in requirements.txt and here"


def test_private_names_are_there():
    assert list(inspect.signature(Blocks.validate_inputs).parameters) == ["self", "block_fn", "inputs"]
    assert inspect.iscoroutinefunction(Blocks.preprocess_data) and inspect.iscoroutinefunction(Blocks.process_api)
    assert inspect.iscoroutinefunction(gr.Number.async_move_resource_to_block_cache)
    for name in gradio_adapter.LAUNCH:
        assert name in inspect.signature(Blocks.launch).parameters
    assert LocalContext.request.get(None) is None and LocalContext.event_id.get(None) is None
    with gr.Blocks() as blocks:
        number = gr.Number()
        gr.Button().click(lambda value: value, number, number, api_name="same")
    gradio_adapter.harden(blocks)
    assert gradio_adapter.endpoints(blocks) == ({0}, {"same"})
    queue = blocks._queue
    assert isinstance(queue, Queue)
    for name in ("pending_event_ids_session", "pending_messages_per_session", "event_ids_to_events", "event_analytics"):
        assert len(getattr(queue, name)) == 0
    assert list(inspect.signature(Queue.compute_analytics_summary).parameters) == ["self", "records"]
    event = Event("session", blocks.fns[0], None, None)
    assert event.alive and event.session_hash == "session"


def test_an_idle_page_does_not_look_for_calls_all_the_time():
    with gr.Blocks() as blocks:
        pass
    blocks.queue()
    names = ("sleep_when_free", "progress_update_sleep_when_free")
    before = [getattr(blocks._queue, name) for name in names]
    gradio_adapter.harden(blocks)
    after = [getattr(blocks._queue, name) for name in names]
    assert all(4 * old < new <= 0.1 for old, new in zip(before, after, strict=True)), "Gradio has become patient itself"


def test_finished_answers_that_nobody_fetches_are_forgotten(monkeypatch):
    monkeypatch.setattr(gradio_adapter, "UNFETCHED_S", -1.0)
    with gr.Blocks() as blocks:
        pass
    blocks.queue()
    queue, listeners = blocks._queue, gradio_adapter.Listeners()
    for session in ("gone", "heard", "running"):
        queue.pending_event_ids_session[session] = {f"event of {session}"}
        queue.pending_messages_per_session[session] = object()
    queue.event_ids_to_events["event of running"] = object()
    with listeners.listening("event of heard"):
        listeners.forget(blocks)
        assert set(queue.pending_event_ids_session) == set(queue.pending_messages_per_session) == {"heard", "running"}
    listeners.forget(blocks)
    assert set(queue.pending_event_ids_session) == {"running"}
