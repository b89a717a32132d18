"""Request bodies of bounded size: more is thrown away unread, and the sender is told."""

import anyio
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_UPLOAD = 20 * 2**20  # bytes of a file that is sent to an endpoint
MOST_BODY = 36 * 2**20  # of any other request: a picture of 25 MB as text, and what is around it
ENVELOPE = 2**16  # around an uploaded file
DRAIN_S = 20.0


class BodyLimit:
    """ASGI middleware that answers 413 to bodies that are too large.

    Gradio reads JSON bodies whole, whatever their size, so 200 MB would cost everybody 200 MB and a while of the event
    loop. What is too large is received and forgotten, since a browser reads the answer only once it has sent
    everything; but for 20 seconds at most.
    """

    def __init__(self, app: ASGIApp, most_body: int = MOST_BODY, most_upload: int = MOST_UPLOAD):
        self.app, self.most_body, self.most_upload = app, most_body, most_upload

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
            return
        upload = scope["path"].rstrip("/").endswith("/upload")
        most = self.most_upload if upload else self.most_body
        told = Headers(scope=scope).get("content-length", "")
        if told.isdecimal() and int(told) > most + ENVELOPE:
            await refuse(receive, send, most)
            return
        seen, over, answered = 0, False, False

        async def counted() -> Message:
            nonlocal seen, over
            message = await receive()
            seen += len(message.get("body", b""))
            if seen <= most + ENVELOPE:
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
        except Exception:
            if not over:
                raise
        if over and not answered:
            await refuse(receive, send, most)


async def refuse(receive: Receive, send: Send, most: int) -> None:
    """Throw the rest of the body away and say why."""
    with anyio.move_on_after(DRAIN_S):
        more = True
        while more:
            message = await receive()
            more = message["type"] == "http.request" and message.get("more_body", False)
    text = f"This is more than {most // 2**20} MB; send a smaller file.".encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(text)).encode())]
    await send({"type": "http.response.start", "status": 413, "headers": [*headers, (b"connection", b"close")]})
    await send({"type": "http.response.body", "body": text})
