"""The route by which a page asks the handlers of its tab: ``POST <root>/atelier/ask/<tab>``.

The body is JSON of at most 64 kB, the request; or ``multipart/form-data`` with that JSON in the field ``request`` and
named files beside it, 25 MB in all. The header ``X-Atelier-Session`` is the random name that a page gives itself when
it is loaded. The answer is a JSON object with status 200, refusals in words included; 4xx is for what no page of ours
sends.
"""

import json
import re
import time
from collections.abc import AsyncGenerator, Mapping

import anyio
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from gan_models.core.errors import AtelierError
from gan_models.core.pictures import LargeUrl
from gan_models.ui.handlers import TabHandlers, refusal
from gan_models.ui.server import gradio_adapter
from gan_models.ui.server.faults import OUR_FAULT, report
from gan_models.ui.server.request_queue import ClientLeft, RequestQueue
from gan_models.ui.server.telemetry import Telemetry

PATH = "/atelier/ask/{tab}"
MOST_JSON = 2**16
MOST_FILES = 25_000_000 + 2 * MOST_JSON
MOST_PARTS = 4
SESSION = re.compile(r"[A-Za-z0-9_-]{8,64}")
DRAIN_S = 20.0


class Malformed(Exception):
    """No page of ours sent this; ``status`` is what HTTP calls it."""

    def __init__(self, status: int, text: str):
        super().__init__(text)
        self.status, self.text = status, text


def ask_route(tabs: Mapping[str, TabHandlers], queues: Mapping[str, RequestQueue], telemetry: Telemetry) -> Route:
    """The route for these tabs; each waits in the queue of its own name and is counted as ``<tab>.<ask>``."""

    async def ask(request: Request) -> Response:
        try:
            tab = tabs.get(request.path_params["tab"])
            if tab is None:
                raise Malformed(404, "There is no such tab.")
            visitor = request.headers.get("x-atelier-session", "")
            if not SESSION.fullmatch(visitor):
                raise Malformed(400, "The header X-Atelier-Session must be 8 to 64 letters and digits.")
            question, files = await read_body(request)
        except Malformed as wrong:
            if wrong.status == 413:  # as all bodies that are too large are answered
                return PlainTextResponse(wrong.text, 413, {"Connection": "close"})
            return JSONResponse({"error": wrong.text}, wrong.status)
        except ClientDisconnect:
            return Response(status_code=499)
        return await answered(request, tab, question, files, visitor)

    async def answered(request: Request, tab: TabHandlers, question: dict, files: dict, visitor: str) -> Response:
        word = question.get("ask")
        name = f"{tab.name}.{word}" if isinstance(word, str) and word in tab.asks else tab.name
        with telemetry.call(name) as call:

            def work() -> list[bytes | LargeUrl]:
                call.began = time.perf_counter()
                answer = tab.answer(question, files, visitor)
                call.outcome = "refused" if "error" in answer else "ok"
                return in_pieces(answer)

            gradio_adapter.lend_request(request)
            address = request.client.host if request.client else ""
            try:
                body = await queues[tab.name].run(work, client=f"{address} {visitor}", left=request.is_disconnected)
            except ClientLeft:
                call.outcome = "left"
                return Response(status_code=499)
            except AtelierError as error:
                call.outcome = "busy"
                body = in_pieces(refusal(error))
            except Exception as error:
                call.outcome = "failed"
                report(error)
                body = in_pieces({"error": OUR_FAULT})
            length = sum(map(len, body))
            headers = {"Cache-Control": "no-store", "Content-Length": str(length)}
            return StreamingResponse(spelled(body), media_type="application/json", headers=headers)

    return Route(PATH, ask, methods=["POST"])


def in_pieces(answer: dict) -> list[bytes | LargeUrl]:
    """An answer as strict JSON: NaN in it is a fault of ours. A large URL among its values stays a piece of its own."""
    large = {name: value for name, value in answer.items() if isinstance(value, LargeUrl)}
    small = {name: value for name, value in answer.items() if name not in large}
    pieces: list[bytes | LargeUrl] = [to_json(small)]
    for name, url in large.items():
        pieces[-1] = pieces[-1][:-1] + (b"," if len(pieces) > 1 or small else b"") + to_json(name) + b':"'
        pieces += [url, b'"}']
    return pieces


def to_json(value: object) -> bytes:
    """Strict JSON."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


async def spelled(pieces: list[bytes | LargeUrl]) -> AsyncGenerator[bytes, None]:
    """The bytes of :func:`in_pieces`, at most some hundred thousand of a large URL at once."""
    for piece in pieces:
        for part in piece if isinstance(piece, LargeUrl) else (piece,):
            yield part


async def read_body(request: Request) -> tuple[dict, dict[str, bytes]]:
    """The request in a body, and the files that came along.

    Raises:
        Malformed: another kind of body, too large, or neither JSON nor a form.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return from_json(b"".join([chunk async for chunk in bounded(request, MOST_JSON)])), {}
    if kind != "multipart/form-data":
        raise Malformed(415, "Send application/json or multipart/form-data.")
    parser = MultiPartParser(
        request.headers, bounded(request, MOST_FILES), max_files=MOST_PARTS, max_fields=1, max_part_size=MOST_JSON
    )
    parser.spool_max_size = 2 * MOST_FILES  # what visitors bring never reaches the disk
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise Malformed(400, "The form cannot be read.") from error
    files = {name: part.file.read() for name, part in form.items() if isinstance(part, UploadFile)}
    text = form.get("request")
    if not isinstance(text, str):
        raise Malformed(400, "The form has no field called request.")
    return from_json(text.encode()), files


def from_json(body: bytes) -> dict:
    """An object of strict JSON, NaN and Infinity refused."""

    def refuse(word: str):
        raise ValueError(word)

    try:
        request = json.loads(body, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise Malformed(400, "The request is no JSON.") from error
    if not isinstance(request, dict):
        raise Malformed(400, "The request is no JSON object.")
    return request


async def bounded(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    """The body in chunks. What is too large is thrown away unread: a browser reads the answer once all is sent."""
    seen, body = 0, request.stream()
    told = request.headers.get("content-length", "")
    if not (told.isdecimal() and int(told) > most):
        async for chunk in body:
            seen += len(chunk)
            if seen > most:
                break
            yield chunk
        else:
            return
    size = f"{most // 10**6} MB" if most > 10**6 else f"{most // 1000} kB"
    with anyio.move_on_after(DRAIN_S):
        async for _ in body:
            pass
    raise Malformed(413, f"This is more than {size}; send less, or a smaller file.")
