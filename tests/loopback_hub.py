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

import base64
import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

import yaml

TOKEN = "hf_test"
LFS_SUFFIXES = (".safetensors", ".pth", ".bin", ".png")
COLOURS = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}


def etag_of(path: str, data: bytes) -> str:
    """What the Hub names a blob: SHA-256 where it is stored as LFS, else git's SHA-1."""
    if path.endswith(LFS_SUFFIXES):
        return hashlib.sha256(data).hexdigest()
    return hashlib.sha1(f"blob {len(data)}\0".encode() + data).hexdigest()


@dataclass
class Repo:
    """Commits by hash, and what the branch and the tags point at."""

    commits: dict[str, dict[str, bytes]] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    created_with: dict = field(default_factory=dict)

    def commit(self, files: dict[str, bytes], revision: str = "main") -> str:
        state = "".join(f"{name} {etag_of(name, data)}\n" for name, data in sorted(files.items()))
        oid = hashlib.sha1(f"{len(self.commits)}\n{state}".encode()).hexdigest()
        self.commits[oid] = dict(files)
        self.refs[revision] = oid
        return oid

    def resolve(self, revision: str) -> str | None:
        return self.refs.get(revision, revision if revision in self.commits else None)


class Hub:
    """State shared by the request threads."""

    def __init__(self) -> None:
        self.repos: dict[tuple[str, str], Repo] = {}
        self.blobs: dict[str, bytes] = {}
        self.faults: dict[str, str] = {}
        self.refuse: dict[str, int] = {}
        self.requests: list[tuple[str, str]] = []
        self.closing = threading.Event()
        self.url = ""

    def add(self, repo_id: str, files: dict[str, bytes], tags=(), kind: str = "model") -> str:
        """A repository holding ``files`` on main and at each tag; returns the commit hash."""
        repo = self.repos.setdefault((kind, repo_id), Repo())
        oid = repo.commit(files)
        repo.refs.update(dict.fromkeys(tags, oid))
        return oid

    def files(self, repo_id: str, kind: str = "model", revision: str = "main") -> dict[str, bytes]:
        """What a repository holds at ``revision``."""
        repo = self.repos[kind, repo_id]
        return repo.commits[repo.resolve(revision)]


class Refused(Exception):
    """Answer with ``status``, and the Hub's error code where it has one."""

    def __init__(self, status: int, code: str = "", text: str = "refused"):
        self.status, self.code, self.text = status, code, text


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub

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

    def repo(self, kind: str, repo_id: str) -> Repo:
        if (kind, repo_id) not in self.hub.repos:
            raise Refused(404, "RepoNotFound")
        return self.hub.repos[kind, repo_id]

    # Downloads

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

    # Uploads

    def on_whoami(self, body: bytes) -> None:
        self.answer({"type": "user", "name": "tester", "orgs": []})

    def on_create(self, body: bytes) -> None:
        asked = json.loads(body)
        kind = asked.get("type") or "model"
        repo_id = f"{asked['organization'] or 'tester'}/{asked['name']}"
        known = (kind, repo_id) in self.hub.repos
        if not known:
            self.hub.add(repo_id, {".gitattributes": b"*.safetensors filter=lfs\n"}, kind=kind)
            self.hub.repos[kind, repo_id].created_with = asked
        prefix = "" if kind == "model" else f"{kind}s/"
        self.answer({"url": f"{self.hub.url}/{prefix}{repo_id}"}, 409 if known else 200)

    def on_yaml(self, body: bytes) -> None:
        asked = json.loads(body)
        block = re.match(r"---\n(.*?)\n---\n", asked["content"], re.DOTALL)
        facts = yaml.safe_load(block[1]) if block else {}
        wrong = [] if facts else ["no front matter"]
        if asked["repoType"] == "space":
            wrong += [key for key in ("colorFrom", "colorTo") if facts.get(key) not in COLOURS]
            wrong += [key for key in ("sdk_version", "python_version") if not isinstance(facts.get(key), str)]
            wrong += ["short_description"] if len(facts.get("short_description", "")) > 60 else []
        self.answer({"errors": [{"message": text} for text in wrong], "warnings": []}, 400 if wrong else 200)

    def on_preupload(self, kind: str, repo_id: str, revision: str, body: bytes) -> None:
        held = self.hub.files(repo_id, kind) if self.repo(kind, repo_id) else {}
        answers = []
        for file in json.loads(body)["files"]:
            path = file["path"]
            mode = "lfs" if path.endswith(LFS_SUFFIXES) else "regular"
            answers.append({"path": path, "uploadMode": mode, "shouldIgnore": False})
            if path in held:
                answers[-1]["oid"] = etag_of(path, held[path])
        self.answer({"files": answers})

    def on_batch(self, repo_id: str, body: bytes) -> None:
        objects = []
        for item in json.loads(body)["objects"]:
            oid, size = item["oid"], item["size"]
            upload, verify = {"href": f"{self.hub.url}/lfs/{oid}"}, {"href": f"{self.hub.url}/lfs-verify"}
            objects.append({"oid": oid, "size": size, "actions": {"upload": upload, "verify": verify}})
        self.answer({"transfer": "basic", "objects": objects})

    def on_lfs(self, oid: str, body: bytes) -> None:
        if hashlib.sha256(body).hexdigest() != oid:
            raise Refused(400, text="the bytes do not hash to their name")
        self.hub.blobs[oid] = body
        self.answer({})

    def on_verify(self, body: bytes) -> None:
        asked = json.loads(body)
        if len(self.hub.blobs.get(asked["oid"], b"")) != asked["size"]:
            raise Refused(404, text="no such object")
        self.answer({})

    def on_commit(self, kind: str, repo_id: str, revision: str, body: bytes) -> None:
        repo = self.repo(kind, repo_id)
        files = dict(self.hub.files(repo_id, kind))
        for line in body.splitlines():
            entry = json.loads(line)
            value = entry["value"]
            if entry["key"] == "file":
                files[value["path"]] = base64.b64decode(value["content"])
            elif entry["key"] == "lfsFile":
                files[value["path"]] = self.hub.blobs[value["oid"]]
            elif entry["key"] == "deletedFile":
                del files[value["path"]]
        oid = repo.commit(files, revision)
        self.answer({"commitUrl": f"{self.hub.url}/{repo_id}/commit/{oid}", "commitOid": oid})

    def on_tag(self, kind: str, repo_id: str, revision: str, body: bytes) -> None:
        repo, tag = self.repo(kind, repo_id), json.loads(body)["tag"]
        if tag in repo.refs:
            raise Refused(409, text="Tag reference exists already")
        repo.refs[tag] = repo.resolve(revision)
        self.answer({})

    def on_variables(self, repo_id: str, body: bytes) -> None:
        asked = json.loads(body)
        variables = self.repo("space", repo_id).variables
        variables[asked["key"]] = asked["value"]
        self.answer({key: {"value": value} for key, value in variables.items()})

    def on_info(self, kind: str, repo_id: str, revision: str | None, body: bytes) -> None:
        oid = self.repo(kind, repo_id).resolve(revision or "main")
        if oid is None:
            raise Refused(404, "RevisionNotFound")
        siblings = [{"rfilename": name} for name in self.hub.files(repo_id, kind, oid)]
        self.answer({"id": repo_id, "sha": oid, "siblings": siblings})


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
