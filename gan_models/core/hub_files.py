"""Files of the Hub: fetched within a deadline, compared with their hash, kept in huggingface_hub's cache."""

import errno
import threading
from pathlib import Path

from gan_models.core import hub_adapter
from gan_models.core.checkpoint import Checkpoint, sha256_of
from gan_models.core.errors import CheckpointError


def fetch(entry: Checkpoint, deadline_s: float, endpoint=None, cache_dir=None) -> Path:
    """A verified file from the Hub, kept in huggingface_hub's cache; a progress bar shows the download.

    A file in the cache with the hash that ``entry`` names needs no request. Else the Hub is asked once, plainly, before
    the download: the client would repeat a refused question for 23 seconds and wait minutes where a server is silent.
    It runs in a thread of its own, which ends when ``deadline_s`` seconds are over. A file of a stranger is compared
    with the SHA-256 that the Hub itself announces; with the Hub out of reach, a copy fetched earlier is used.

    Raises:
        CheckpointError: unreachable, too slow, not found, gated, or not the file it should be.
    """
    from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url

    cached = cached_file(entry, cache_dir)
    if cached and entry.sha256:
        return cached
    outcome: dict[str, object] = {}
    bounds = hub_adapter.until(deadline_s, endpoint)

    def download() -> None:
        where = {"revision": entry.revision, "endpoint": endpoint}
        try:
            with hub_adapter.bounded(bounds):
                url = hf_hub_url(entry.repo_id, entry.file, **where)
                etag = get_hf_file_metadata(url, timeout=deadline_s, endpoint=endpoint).etag
                path = Path(hf_hub_download(entry.repo_id, entry.file, cache_dir=cache_dir, **where))
            outcome["file"] = path, etag
        except Exception as error:
            known = error.__cause__ if isinstance(error, hub_adapter.GivenUp) else error
            if known is not None and bounds.until > 0:
                outcome["error"] = known

    worker = threading.Thread(target=download, name=f"fetch {entry.name}", daemon=True)
    worker.start()
    worker.join(deadline_s)
    bounds.cut()  # whatever it still listens to; a system that is asked for an address and is silent ends by itself
    worker.join(0.5)
    place = f"{entry.repo_id}/{entry.file}"
    if "file" not in outcome:
        if cached:
            return cached
        if "error" in outcome:
            raise CheckpointError(f"The Hub did not give {place}: {reason(outcome['error'])}.")
        raise CheckpointError(f"The Hub did not give {place} within {deadline_s:g} seconds.")
    path, etag = outcome["file"]
    expected = entry.sha256 or (etag if etag and len(etag) == 64 else None)  # large files bear their SHA-256 as etag
    if expected and sha256_of(path) != expected:
        forget(path)
        raise CheckpointError(f"The Hub's {place} is not the file it should be (wrong SHA-256).")
    return path


def cached_file(entry: Checkpoint, cache_dir=None) -> Path | None:
    """The copy that an earlier fetch left, if there is one; a copy with the wrong hash is deleted."""
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(entry.repo_id, entry.file, cache_dir=cache_dir, revision=entry.revision)
    if not isinstance(found, str):
        return None
    path = Path(found)
    if entry.sha256 and sha256_of(path) != entry.sha256:
        forget(path)
        return None
    return path


def forget(path: Path) -> None:
    """Delete a file of the Hub's cache together with the blob it points at, so that the next fetch starts afresh."""
    path.resolve().unlink(missing_ok=True)
    path.unlink(missing_ok=True)


def reason(error: object) -> str:
    """A few plain words for what huggingface_hub raised."""
    from huggingface_hub import errors

    for kind, words in (
        (hub_adapter.Astray, "it sends us to a host that is not its own"),
        (errors.GatedRepoError, "the repository is gated; ask for access and log in with `hf auth login`"),
        (errors.RepositoryNotFoundError, "there is no such repository, or it is private"),
        (errors.RevisionNotFoundError, "the repository has no such revision"),
        (errors.RemoteEntryNotFoundError, "the repository has no such file"),
        (errors.OfflineModeIsEnabled, "HF_HUB_OFFLINE is set"),
        (errors.LocalEntryNotFoundError, "it cannot be reached"),
    ):
        if isinstance(error, kind):
            return words
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return "the disk is full; make room where HF_HOME points"
    name = type(error).__name__
    if isinstance(error, errors.HfHubHTTPError):
        return f"it answered with status {error.response.status_code}"
    if name in ("ConnectError", "ConnectTimeout"):
        return "it cannot be reached"
    if name.endswith("Timeout"):
        return "it did not answer in time"
    return "the download broke off" if isinstance(error, OSError) or name.endswith("ProtocolError") else name
