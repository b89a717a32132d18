"""Who may ask this server for what: addresses that it has, names that it is known by, pages that may ask it.

The outermost layer that is ours. What it lets through keeps the rules of a browser: a page of another site can neither
read from here (its name for this server is not one of ours, see DNS rebinding) nor write here.
"""

import contextlib
import ipaddress
import os
import re
import socket
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gan_models.ui.server.faults import OUR_FAULT, report
from gan_models.ui.server.gradio_adapter import Listeners
from gan_models.ui.server.limits import drain

READABLE = re.compile(
    r"/(|config/?|(assets|svelte|static|pwa_icon)/.*|theme\.css|favicon\.ico|robots\.txt|manifest\.json|pwa_icon"
    r"|healthz|metrics|atelier/static/.*|gradio_api/(info/?|openapi\.json|app_id|startup-events|theme\.css"
    r"|heartbeat/[\w-]{1,64}|queue/(data|status)|call/(v2/)?\w+/[\w-]{1,64}|mcp(/.*)?|file=(?!\w{2,}:).*))",
    re.IGNORECASE,
)
WRITABLE = re.compile(r"/(atelier/ask/\w+|gradio_api/(upload|queue/join|call/(v2/)?\w+/?|cancel|reset/?|mcp(/.*)?))")
WITHIN = re.compile(r"/(metrics|gradio_api/openapi\.json)")  # for this machine alone, unless asked
LISTENING = re.compile(r"/gradio_api/(?:queue/data|call/(?:v2/)?\w+/([\w-]+))")
FORWARDED = (b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-forwarded-port", b"forwarded")
MOST_ADDRESS = 2000  # characters of path and query
PAGE = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' data: blob:; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)  # Gradio's components evaluate their templates
FILE = "default-src 'none'; sandbox"  # what visitors uploaded and what was made for them
SPACE_FRAMES = " https://huggingface.co https://*.huggingface.co https://*.hf.space"


@dataclass(frozen=True)
class Rules:
    """Whom the server answers.

    Attributes:
        names: by which it is known, in lower case; ``*.`` stands for one label or more.
        addresses: whether any IP address will do for a name, because it serves a network.
        proxies: addresses whose word on who asks, and for which host, is believed; ``*`` for all.
        public_metrics: whether others than this machine may read the counters and the description of the endpoints.
        frames: origins that may show the page in a frame, beside its own.
    """

    names: tuple[str, ...] = ("localhost",)
    addresses: bool = False
    proxies: tuple[str, ...] = ()
    public_metrics: bool = False
    frames: str = ""

    def known(self, host: str) -> bool:
        """Whether ``host``, a Host header, is one of the server's names."""
        try:
            name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
        except ValueError:
            return False
        with contextlib.suppress(ValueError):
            return ipaddress.ip_address(name).is_loopback or self.addresses or name in self.names
        return any(name == known or (known[:2] == "*." and name.endswith(known[1:])) for known in self.names)

    def trusts(self, peer: str) -> bool:
        """Whether a proxy at this address is believed."""
        return "*" in self.proxies or peer in self.proxies


LOCAL = Rules()


def rules_for(
    host: str, names: tuple[str, ...] = (), proxies: tuple[str, ...] = (), public_metrics: bool = False,
    share: bool = False,
) -> Rules:  # fmt: skip
    """The rules of a server on ``host``, known by further ``names``; on a Space its own name and proxies besides."""
    space = bool(os.environ.get("SPACE_ID"))
    if space:
        names = (*names, "*.hf.space", os.environ.get("SPACE_HOST", ""))
        proxies = ("*",)
    if share:
        names = (*names, "*.gradio.live")
    within = is_loopback(host)
    if not within:
        names = (*names, socket.gethostname(), f"{socket.gethostname()}.local")
    known = tuple(filter(None, (name.lower() for name in ("localhost", host, *names))))
    return Rules(known, not within, proxies, public_metrics, SPACE_FRAMES if space else "")


def is_loopback(host: str) -> bool:
    """Whether a name or address is this machine's own."""
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]").removeprefix("::ffff:")).is_loopback
    except ValueError:
        return False


class Guard:
    """ASGI middleware: the rules above, security headers, and one sentence for what breaks below."""

    def __init__(self, app: ASGIApp, rules: Rules, listeners: Listeners):
        self.app, self.rules, self.listeners = app, rules, listeners

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope = self.believed(scope)
        refused = self.refusal(scope)
        started = False

        async def headed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self.add_headers(scope, MutableHeaders(scope=message))
            await send(message)

        if refused:
            await drain(receive)
            status, words = refused
            await JSONResponse({"detail": words, "error": words}, status)(scope, receive, headed)
            return
        try:
            if key := listens_for(scope):
                with self.listeners.listening(key):
                    await self.app(scope, receive, headed)
            else:
                await self.app(scope, receive, headed)
        except ClientDisconnect:
            pass
        except Exception as error:
            report(error)
            if not started:
                await JSONResponse({"detail": OUR_FAULT, "error": OUR_FAULT}, 500)(scope, receive, headed)

    def believed(self, scope: Scope) -> Scope:
        """The scope with what a named proxy says of the client, and without what anybody else says."""
        peer = (scope.get("client") or ("", 0))[0]
        headers = Headers(scope=scope)
        scope = {**scope, "headers": [pair for pair in scope["headers"] if pair[0].lower() not in FORWARDED]}
        scope["forwarded"] = len(scope["headers"]) < len(headers.raw)
        if scope["path"].rstrip("/").endswith("/upload"):
            scope["query_string"] = b""  # Gradio keeps the progress of uploads that name themselves for good
        if not self.rules.trusts(peer):
            return scope
        if host := headers.get("x-forwarded-host", "").split(",")[0].strip():
            scope["headers"] = [pair for pair in scope["headers"] if pair[0].lower() != b"host"]
            scope["headers"].append((b"host", host.encode("latin-1")))
        if headers.get("x-forwarded-proto", "").split(",")[0].strip() == "https":
            scope["scheme"] = "https"
            scope["headers"].append((b"x-forwarded-proto", b"https"))
        scope["client"] = (self.visitor(headers.get("x-forwarded-for", "")) or peer, 0)
        return scope

    def visitor(self, chain: str) -> str:
        """The last address of a chain of forwarders that is out in the world, or its last but named proxies."""
        hops = [hop.strip() for hop in chain.split(",") if hop.strip() and hop.strip() not in self.rules.proxies]
        for hop in reversed(hops):
            try:
                if ipaddress.ip_address(hop).is_global:
                    return hop
            except ValueError:
                continue
        return hops[-1] if hops else ""

    def refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Why this request is not answered, as status and words."""
        headers, path, method = Headers(scope=scope), scope["path"], scope["method"]
        host = headers.get("host", "")
        if not self.rules.known(host):
            return 421, "This server is not known by that name; start it with --allow-host NAME to make it so."
        if len(path) + len(scope["query_string"]) > MOST_ADDRESS:
            return 414, "This address is too long."
        reads = method in ("GET", "HEAD")
        here, other = (READABLE, WRITABLE) if reads else (WRITABLE, READABLE)
        if not here.fullmatch(path) and method != "OPTIONS":
            return (
                (405, f"{method} is not for this address.")
                if other.fullmatch(path)
                else (404, "There is nothing here.")
            )
        if WITHIN.fullmatch(path) and not self.rules.public_metrics and (
            scope["forwarded"] or not is_loopback((scope.get("client") or ("", 0))[0])
        ):  # fmt: skip
            return 403, "This is for this machine alone; start the server with --public-metrics to open it."
        if not reads and not same_origin(headers, host):
            return 403, "A page of another site may not ask this server."
        return None

    def add_headers(self, scope: Scope, headers: MutableHeaders) -> None:
        """What a browser must know of what it is given."""
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"
        headers["Content-Security-Policy"] = FILE if "/file=" in scope["path"] else PAGE + self.rules.frames
        if not self.rules.frames:
            headers["X-Frame-Options"] = "SAMEORIGIN"


def listens_for(scope: Scope) -> str:
    """The session or event whose answers a request waits for, or nothing."""
    found = LISTENING.fullmatch(scope["path"])
    if not found:
        return ""
    return found[1] or parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [""])[0]


def same_origin(headers: Headers, host: str) -> bool:
    """Whether a request that changes something comes from a page of this server, or from no page at all."""
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site", "none") in ("none", "same-origin")
    return without_port(urlsplit(origin).netloc) == without_port(host)


def without_port(place: str) -> str:
    """A place on the net without the ports that browsers leave out."""
    return re.sub(r":(80|443)$", "", place.lower())
