"""What the Hub on 127.0.0.1 holds: repositories, commits, files."""

import hashlib
import threading
from dataclasses import dataclass, field

LFS_SUFFIXES = (".safetensors", ".pth", ".bin", ".png")


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
