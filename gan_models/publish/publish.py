"""Push our weights, or the whole demo as a Space, to the Hugging Face Hub.

python -m gan_models.publish.publish weights --repo-id me/gan-atelier-weights [--private] [--dry-run]
python -m gan_models.publish.publish space --repo-id me/gan-atelier [--weights-repo ID] [--private] [--dry-run]

The token is the one of ``hf auth login``, or ``HF_TOKEN``. ``--dry-run`` lists what would go up and contacts nobody.
"""

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi
from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalTokenNotFoundError
from huggingface_hub.utils import validate_repo_id

from gan_models.core import checkpoint, store
from gan_models.publish.cards import embedded_entries, space_card, weights_card

ROOT = Path(__file__).resolve().parents[2]
SPACE_FILES = ("app.py", "requirements.txt", "LICENSE")
SPACE_FOLDERS = ("gan_models", "checkpoints")
LINK = re.compile(r"\]\((?!\w+:)([^)#\s]+)")  # to a file of the project
LEFT_OUT = {".pth", ".pt", ".pkl", ".pyc", ".pyo", ".log"}

Files = dict[str, Path | bytes]


class PublishError(Exception):
    """Nothing, or not everything, was published. The text is one line; ``code`` is the exit status."""

    def __init__(self, text: str, code: int = 1):
        super().__init__(text)
        self.code = code


def weights_files(repo_id: str) -> Files:
    """Path in the repository to a verified local file or bytes. Raises store.CheckpointError."""
    entries = embedded_entries()
    files: Files = {entry.file: store.embedded_file(entry) for entry in entries}
    return files | {"README.md": weights_card(entries, repo_id).encode()}


def space_files(root: Path, weights_repo: str | None) -> Files:
    """Path in the Space to local file or bytes: what the demo needs to run, and what the README links to.

    No tests, caches or hidden files but those.

    Raises:
        PublishError: a part of the project is missing.
    """
    for name in (*SPACE_FILES, *SPACE_FOLDERS, "README.md"):
        if not (root / name).exists():
            raise PublishError(f"{name} is missing from {root}; a Space needs it.")
    files: Files = {name: root / name for name in SPACE_FILES}
    for folder in SPACE_FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            inner = path.relative_to(root)
            hidden = any(part.startswith(".") or part == "__pycache__" for part in inner.parts)
            if path.is_file() and not path.is_symlink() and not hidden and path.suffix not in LEFT_OUT:
                files[inner.as_posix()] = path
    readme = (root / "README.md").read_text(encoding="utf-8")
    files |= {name: root / name for name in LINK.findall(readme) if (root / name).is_file()}
    return files | {"README.md": space_card(readme, weights_repo).encode()}


def listing(files: Files) -> str:
    """One line a file, size in bytes and path, sorted by path; then the total."""
    sizes = {name: len(what) if isinstance(what, bytes) else what.stat().st_size for name, what in files.items()}
    lines = [f"{sizes[name]:>12,}  {name}" for name in sorted(sizes)]
    return "\n".join([*lines, f"{sum(sizes.values()):>12,}  bytes in {len(sizes)} files"])


@contextmanager
def plain_errors(repo_id: str) -> Iterator[None]:
    """Whatever the Hub's client raises inside, as a PublishError of one line."""
    try:
        yield
    except PublishError:
        raise
    except LocalTokenNotFoundError as error:
        raise PublishError("No Hub token: run `hf auth login`, or set HF_TOKEN to one with write access.", 2) from error
    except Exception as error:
        raise PublishError(f"The Hub did not take {repo_id}: {in_one_line(error)}") from error


def in_one_line(error: BaseException) -> str:
    """The cause at the root of ``error``, in a few words."""
    while not isinstance(error, HfHubHTTPError) and error.__cause__ is not None:
        error = error.__cause__
    status = error.response.status_code if isinstance(error, HfHubHTTPError) else None
    if status == 401:
        return "the token is not valid (401); make one with write access at https://huggingface.co/settings/tokens"
    if status == 403:
        return "the token may not write there (403)"
    return " ".join(str(error).split()) or type(error).__name__


def upload(api: HfApi, repo_id: str, kind: str, files: Files, message: str, stale: Sequence[str] = ()) -> str:
    """Put ``files`` into the repository, and take ``stale`` out, in one commit; returns its hash."""
    additions = [CommitOperationAdd(name, what) for name, what in files.items()]
    deletions = [CommitOperationDelete(name) for name in stale]
    return api.create_commit(repo_id, additions + deletions, commit_message=message, repo_type=kind).oid


def publish_weights(api: HfApi, repo_id: str, files: Files, private: bool) -> str:
    """Push the weights and tag them; returns the URL."""
    with plain_errors(repo_id):
        api.whoami()
        url = api.create_repo(repo_id, private=private or None, exist_ok=True)
        commit = upload(api, repo_id, "model", files, f"Weights {checkpoint.OUR_REVISION}")
        try:
            api.create_tag(repo_id, tag=checkpoint.OUR_REVISION, revision=commit)
        except HfHubHTTPError as error:
            if error.response.status_code != 409:
                raise
            if api.model_info(repo_id, revision=checkpoint.OUR_REVISION).sha != commit:
                raise PublishError(
                    f"The files are on main of {url}, but the tag {checkpoint.OUR_REVISION} exists already and names an"
                    " older commit; if the weights changed, raise OUR_REVISION in core/checkpoint.py and publish again."
                ) from error
    return url


def publish_space(api: HfApi, repo_id: str, root: Path, weights_repo: str | None, private: bool) -> str:
    """Push the demo; modules and checkpoints that the project no longer has leave the Space. Returns the URL."""
    preload = weights_repo or checkpoint.OUR_REPO
    with plain_errors(repo_id):
        api.whoami()
        if not has_weights(api, preload):
            if weights_repo:
                hint = f"run `python -m gan_models.publish.publish weights --repo-id {weights_repo}` first."
                raise PublishError(f"{weights_repo} does not hold our weights at {checkpoint.OUR_REVISION}; {hint}")
            print(f"{preload} does not hold our weights: the Space will run on the files in checkpoints/.")
            preload = None
        files = space_files(root, preload)
        url = api.create_repo(repo_id, repo_type="space", space_sdk="gradio", private=private or None, exist_ok=True)
        if weights_repo:
            api.add_space_variable(repo_id, "GAN_ATELIER_WEIGHTS_REPO", weights_repo)
        held = [file.rfilename for file in api.space_info(repo_id).siblings or ()]
        stale = [name for name in held if name.split("/")[0] in SPACE_FOLDERS and name not in files]
        upload(api, repo_id, "space", files, "GAN Atelier", stale)
    return url


def has_weights(api: HfApi, repo_id: str) -> bool:
    """Whether the repository holds every embedded file at our revision."""
    try:
        siblings = api.model_info(repo_id, revision=checkpoint.OUR_REVISION).siblings or ()
    except HfHubHTTPError as error:
        if error.response.status_code not in (401, 403, 404):
            raise
        return False
    return {entry.file for entry in embedded_entries()} <= {file.rfilename for file in siblings}


class OneLineParser(argparse.ArgumentParser):
    """Complains in one line."""

    def error(self, message: str):
        """Say what is wrong in one line and exit with status 2."""
        self.exit(2, f"{self.prog}: {message}; see --help\n")


def repo_id_argument(text: str) -> str:
    """OWNER/NAME as the Hub spells it."""
    try:
        validate_repo_id(text)
    except HFValidationError as error:
        raise argparse.ArgumentTypeError(" ".join(str(error).split())) from error
    if "/" not in text:
        raise argparse.ArgumentTypeError(f"{text!r} lacks its owner; write OWNER/{text}")
    return text


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = OneLineParser(prog="publish", description="Push weights, or the demo as a Space, to the Hugging Face Hub.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="{weights,space}")
    for name, summary in (("weights", "push the embedded checkpoints"), ("space", "push the demo as a Gradio Space")):
        command = commands.add_parser(name, help=summary, description=summary)
        command.add_argument("--repo-id", required=True, type=repo_id_argument, metavar="OWNER/NAME")
        command.add_argument("--private", action="store_true", help="make the repository private if it is new")
        command.add_argument("--dry-run", action="store_true", help="list every file and its size; contact nobody")
        if name == "space":
            command.add_argument(
                "--weights-repo",
                type=repo_id_argument,
                metavar="OWNER/NAME",
                help=f"where the Space fetches our weights; default {checkpoint.OUR_REPO} if it holds them",
            )
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None, api: HfApi | None = None, root: Path = ROOT) -> int:
    """Run the command line; returns the exit status: 0 done, 1 refused or incomplete, 2 no token or wrong usage."""
    args = parse(argv)
    weights_repo = getattr(args, "weights_repo", None)
    try:
        if args.command == "weights":
            files = weights_files(args.repo_id)
        else:
            files = space_files(root, weights_repo or checkpoint.OUR_REPO)
        if args.dry_run:
            print(f"{args.command} to {args.repo_id}: nothing is sent (dry run).\n{listing(files)}")
            return 0
        api = api or HfApi()
        if args.command == "weights":
            print(publish_weights(api, args.repo_id, files, args.private))
        else:
            print(publish_space(api, args.repo_id, root, weights_repo, args.private))
    except (PublishError, store.CheckpointError) as error:
        print(error, file=sys.stderr)
        return getattr(error, "code", 1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
