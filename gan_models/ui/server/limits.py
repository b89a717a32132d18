"""Request bodies: of bounded size, all together too, and of a shape that is known before anything else reads them."""

import json
import re
from collections.abc import Callable

import anyio
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gan_models.ui.server.gradio_adapter import FETCHES_NOTHING

MOST_JSON = 2**16  # bytes
MOST_UPLOAD = 20 * 2**20  # of a file that is sent to an endpoint
MOST_ASK = 25_000_000  # of pictures that a page sends
MOST_IN_FLIGHT = 256 * 2**20  # of all bodies whose requests have no answer yet
ENVELOPE = 2**16  # around files
MOST_DEPTH = 32
DRAIN_S = 20.0
SESSION = re.compile(r"[\w-]{1,64}")


class BodyLimit:
    """ASGI middleware that answers 4xx to bodies that are too large or that no caller of an endpoint would send.

    Gradio reads JSON bodies whole, whatever their size: 35 MB of empty lists cost everybody six seconds of the event
    loop and a gigabyte. What is too large is received and forgotten, since a browser reads the answer only once it has
    sent everything; but for 20 seconds at most.

    Args:
        known: the numbers and names of all endpoints.
    """

    def __init__(self, app: ASGIApp, known: Callable[[], tuple[set[int], set[str]]]):
        self.app, self.known, self.in_flight = app, known, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
            return
        kind = Headers(scope=scope).get("content-type", "").partition(";")[0].strip().lower()
        path = scope["path"].rstrip("/")
        if path.endswith("/upload"):
            await self.bounded(scope, receive, send, MOST_UPLOAD, kind)
        elif "/atelier/ask/" in path:
            await self.bounded(scope, receive, send, MOST_ASK if kind == "multipart/form-data" else MOST_JSON, kind)
        elif "/gradio_api/mcp" in path:
            await self.bounded(scope, receive, send, MOST_JSON, kind)
        else:
            await self.read(scope, receive, send, kind)

    async def read(self, scope: Scope, receive: Receive, send: Send, kind: str) -> None:
        """Look at a JSON body before anybody else does."""
        told = Headers(scope=scope).get("content-length", "")
        body, more = b"", True
        while more and len(body) <= MOST_JSON and not (told.isdecimal() and int(told) > MOST_JSON):
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body, more = body + message.get("body", b""), message.get("more_body", False)
        if more or len(body) > MOST_JSON:
            await refuse(
                scope, receive, send, 413, f"This is more than {MOST_JSON // 1024} kB; send less, and files as uploads."
            )
            return
        if kind != "application/json":
            await refuse(scope, receive, send, 415, "Send JSON, with the content type application/json.", read=True)
            return
        if wrong := self.wrong(scope, body):
            await refuse(scope, receive, send, *wrong, read=True)
            return
        pending = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> Message:
            return pending.pop() if pending else await receive()

        await self.app(scope, replay, send)

    def wrong(self, scope: Scope, body: bytes) -> tuple[int, str] | None:
        """What is wrong with the body of a call, as status and words."""
        try:
            call = json.loads(body, parse_constant=_no_number)
        except (ValueError, RecursionError):
            return 400, "The body is no JSON."
        if not isinstance(call, dict):
            return 400, "The body is no JSON object."
        numbers, names = self.known()
        for key in ("session_hash", "event_id"):
            if call.get(key) is not None and not (isinstance(call[key], str) and SESSION.fullmatch(call[key])):
                return 400, f"{key} must be up to 64 letters and digits."
        found = re.search(r"/call/(?:v2/)?(\w+)$", scope["path"].rstrip("/"))
        number = call.get("fn_index")
        if (found and found[1] not in names) or (number is not None and number not in numbers):
            return 404, "There is no such endpoint; see “Use via API”."
        own = f"://{Headers(scope=scope).get('host', '')}/"
        stack: list[tuple[object, int]] = [(call, 0)]
        while stack:
            value, depth = stack.pop()
            if depth > MOST_DEPTH:
                return 400, "The body is nested too deeply."
            if isinstance(value, dict):
                for key in ("path", "url"):
                    place = value.get(key)
                    if isinstance(place, str) and "://" in place and (key == "path" or own not in place):
                        return 422, FETCHES_NOTHING
            inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
            stack.extend((part, depth + 1) for part in inner)
        return None

    async def bounded(self, scope: Scope, receive: Receive, send: Send, most: int, kind: str) -> None:
        """Pass a body on as it comes, as long as it stays in bounds."""
        headers = Headers(scope=scope)
        told = headers.get("content-length", "")
        if kind == "multipart/form-data" and not re.search(r"boundary=\"?[^\s\";]", headers.get("content-type", "")):
            await refuse(scope, receive, send, 400, "The form names no boundary.")
            return
        if told.isdecimal() and int(told) > most + ENVELOPE:
            await refuse(scope, receive, send, 413, too_large(most))
            return
        if self.in_flight + (int(told) if told.isdecimal() else 0) > MOST_IN_FLIGHT:
            await refuse(scope, receive, send, 503, "Many are sending pictures now; try again in a moment.")
            return
        seen, over, answered = 0, False, False

        async def counted() -> Message:
            nonlocal seen, over
            message = await receive()
            size = len(message.get("body", b""))
            seen += size
            self.in_flight += size
            if seen <= most + ENVELOPE and self.in_flight <= MOST_IN_FLIGHT + ENVELOPE:
                return message
            over = True
            return {"type": "http.disconnect"}  # for whoever reads it, the sender is gone

        async def send_unless_over(message: Message) -> None:
            nonlocal answered
            if not over or answered:
                answered = True
                await send(message)

        try:
            await self.app(scope, counted, send_unless_over)
        except Exception:  # most often that the sender is gone
            if not over:
                raise
        finally:
            self.in_flight -= seen
        if over and not answered:
            await refuse(scope, receive, send, 413, too_large(most))


def _no_number(word: str) -> None:
    raise ValueError(word)


def too_large(most: int) -> str:
    """What is said of a body with more than so many bytes."""
    return (
        f"This is more than {most // 10**6} MB; send less." if most > 10**6 else "This is more than 64 kB; send less."
    )


async def drain(receive: Receive) -> None:
    """Receive the rest of a body and forget it."""
    with anyio.move_on_after(DRAIN_S):
        more = True
        while more:
            message = await receive()
            more = message["type"] == "http.request" and message.get("more_body", False)


async def refuse(scope: Scope, receive: Receive, send: Send, status: int, words: str, read: bool = False) -> None:
    """Throw the rest of the body away and say why; the connection is kept."""
    if not read:
        await drain(receive)
    await JSONResponse({"detail": words, "error": words}, status)(scope, receive, send)
