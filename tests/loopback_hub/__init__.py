"""A Hugging Face Hub of our own on 127.0.0.1, small but real enough for the real client, with faults to order.

    with loopback_hub() as hub:
        hub.add("me/weights", {"a.safetensors": data}, tags=["v1"])
        hub.faults["a.safetensors"] = "cut"
        hf_hub_download("me/weights", "a.safetensors", endpoint=hub.url, cache_dir=folder)

Faults of a file: ``wrong`` (other bytes, same length), ``cut`` (half a body, every time), ``cut-once`` (half a body,
later requests go well), ``short`` (half a body that claims to be whole), ``404``, ``401``, ``gated``, ``500``,
``silent`` (never answers), ``silent-body`` (headers, then nothing), ``trickle`` (a byte now and then), ``trickle-head``
(the same before the body), ``page`` (HTML in its place), ``later`` (status 429: come back in an hour), ``to URL`` (a
redirect). Uploads land in ``hub.files(repo_id)``;
``hub.refuse["commit"] = 403`` refuses a kind of request; ``hub.requests`` lists all that came in.
"""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from loopback_hub.repos import LFS_SUFFIXES, Hub, Refused, etag_of
from loopback_hub.uploads import Uploads

TOKEN = "hf_test"


class Handler(Uploads, BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args) -> None:
        pass

    def do_HEAD(self) -> None:
        self.handle_one()

    do_GET = do_POST = do_PUT = do_HEAD

    def handle_one(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.hub.requests.append((self.command, path))
        body = self.read_body()
        try:
            for pattern, name in ROUTES:
                if match := re.fullmatch(pattern, path):
                    if status := self.hub.refuse.get(name):
                        raise Refused(status)
                    if name not in OPEN and self.headers.get("Authorization") != f"Bearer {TOKEN}":
                        raise Refused(401, text="Invalid username or password.")
                    return getattr(self, f"on_{name}")(*match.groups(), body)
            raise Refused(404, text=f"no route {path}")
        except Refused as error:
            headers = {"X-Error-Code": error.code} if error.code else {}
            self.answer({"error": error.text}, error.status, headers)

    def read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def answer(self, content, status: int = 200, headers: dict[str, str] | None = None) -> None:
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.start(status, {"Content-Length": str(len(data)), "Content-Type": "application/json", **(headers or {})})
        if self.command != "HEAD":
            self.wfile.write(data)

    def start(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    # Downloads

    def on_info(self, kind: str, repo_id: str, revision: str | None, body: bytes) -> None:
        oid = self.repo(kind, repo_id).resolve(revision or "main")
        if oid is None:
            raise Refused(404, "RevisionNotFound")
        siblings = [{"rfilename": name} for name in self.hub.files(repo_id, kind, oid)]
        self.answer({"id": repo_id, "sha": oid, "siblings": siblings})

    def on_resolve(self, repo_id: str, revision: str, name: str, body: bytes) -> None:
        fault = self.hub.faults.get(name, "")
        if fault == "silent":
            self.hush()
            return
        if fault == "trickle-head":
            self.dribble(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 1000)
            return
        if fault == "later":
            self.answer(b"", 429, {"Retry-After": "3600"})
            return
        if fault == "gated":
            raise Refused(403, "GatedRepo")
        if fault == "404":
            raise Refused(404, "EntryNotFound")
        if fault.isdigit():
            raise Refused(int(fault))
        repo = self.repo("model", repo_id)
        commit = repo.resolve(revision)
        if commit is None:
            raise Refused(404, "RevisionNotFound")
        if name not in repo.commits[commit]:
            raise Refused(404, "EntryNotFound")
        self.send_file(name, repo.commits[commit][name], commit, fault)

    def send_file(self, name: str, data: bytes, commit: str, fault: str) -> None:
        if fault == "page":
            data = b"<!doctype html><title>Sign in</title>"
        etag = etag_of(name, data)
        headers = {"ETag": f'"{etag}"', "X-Repo-Commit": commit, "Accept-Ranges": "bytes"}
        if name.endswith(LFS_SUFFIXES):
            headers |= {"X-Linked-ETag": f'"{etag}"', "X-Linked-Size": str(len(data))}
        if fault.startswith("to "):
            self.start(302, {**headers, "Location": fault[3:], "Content-Length": "0"})
            return
        status, whole = 200, len(data)
        if self.command == "HEAD":
            self.start(200, {**headers, "Content-Length": str(whole)})
            return
        if fault == "wrong":
            data = bytes(byte ^ 0x55 for byte in data)
        if fault == "short":
            data = data[: whole // 2]
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if asked and fault != "cut":
            first = int(asked[1])
            data, status = data[first:], 206
            headers["Content-Range"] = f"bytes {first}-{whole - 1}/{whole}"
        self.start(status, {**headers, "Content-Length": str(len(data))})
        if fault == "silent-body":
            self.hush()
        elif fault == "trickle":
            self.dribble(data)
        elif fault in ("cut", "cut-once"):
            self.wfile.write(data[: len(data) // 2])
            self.close_connection = True
            if fault == "cut-once":
                del self.hub.faults[name]
        else:
            self.wfile.write(data)

    def dribble(self, data: bytes) -> None:
        self.close_connection = True
        with suppress(OSError):  # the other side has had enough
            for k in range(len(data)):
                self.wfile.write(data[k : k + 1])
                if self.hub.closing.wait(0.05):
                    break

    def hush(self) -> None:
        self.wfile.flush()
        self.hub.closing.wait()
        self.close_connection = True


OPEN = ("resolve", "lfs")  # no token: public downloads, and upload addresses that are signed on the real Hub
ID = r"([\w.-]+/[\w.-]+)"
ROUTES = (
    (rf"/{ID}/resolve/([^/]+)/(.+)", "resolve"),
    (r"/api/whoami-v2", "whoami"),
    (r"/api/repos/create", "create"),
    (r"/api/validate-yaml", "yaml"),
    (rf"/api/(model|space)s/{ID}/preupload/([^/]+)", "preupload"),
    (rf"/(?:spaces/)?{ID}\.git/info/lfs/objects/batch", "batch"),
    (r"/lfs/([0-9a-f]{64})", "lfs"),
    (r"/lfs-verify", "verify"),
    (rf"/api/(model|space)s/{ID}/commit/([^/]+)", "commit"),
    (rf"/api/(model|space)s/{ID}/tag/([^/]+)", "tag"),
    (rf"/api/spaces/{ID}/variables", "variables"),
    (rf"/api/(model|space)s/{ID}(?:/revision/([^/]+))?", "info"),
)


@contextmanager
def loopback_hub() -> Iterator[Hub]:
    """A Hub that answers while the block runs."""
    hub = Hub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("BoundHandler", (Handler,), {"hub": hub}))
    server.daemon_threads, server.block_on_close = True, False
    hub.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield hub
    finally:
        hub.closing.set()
        server.shutdown()
        server.server_close()
