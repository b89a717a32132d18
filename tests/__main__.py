"""Everything that is checked: ``python -m tests``. Installs Chromium on Debian where it is missing, lints, tests.

First one more at a time than there are cores, since each waits now and then, all that drive the app in two processes,
and the JavaScript checks beside them; then, one by one, those that measure time or memory. Real browsers and clocks on
a busy machine have their bad moments: where up to three tests fail they have one more go by themselves, and what fails
twice has failed. With arguments, such as ``tests/test_digits.py -k hand``, pytest runs just once, with these, after all
of lint.
"""

import json
import os
import shutil
import subprocess
import sys
from importlib.util import cache_from_source, find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MOST_AGAIN = 3  # failures that may be chance


def install_chromium() -> None:
    """apt-get install chromium, as root or through sudo; other systems are told what is needed."""
    if Path("/usr/bin/chromium").exists():
        return
    if not shutil.which("apt-get"):
        sys.exit("The browser tests need Chromium at /usr/bin/chromium; install it and run this again.")
    sudo = [] if os.geteuid() == 0 else ["sudo"]
    subprocess.run([*sudo, "apt-get", "update", "-qq"], check=True)
    subprocess.run([*sudo, "apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], check=True)


def main() -> int:
    install_chromium()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else whatever tests start compiles anew what it imports
    for lint in (["check", "."], ["format", "--check", "."]):
        if code := subprocess.run([sys.executable, "-m", "ruff", *lint], cwd=ROOT).returncode:
            return code
    javascript = [sys.executable, "-m", "tests.javascript"]
    if sys.argv[1:]:
        return subprocess.run(javascript, cwd=ROOT).returncode or pytest(*sys.argv[1:])
    workers = min(8, 1 + (os.cpu_count() or 1))
    with subprocess.Popen(javascript, cwd=ROOT) as checks:
        if not compiled():  # one process does it, or else each would at the same time
            collect = [sys.executable, "-m", "pytest", "--collect-only", "-qq"]
            subprocess.run(collect, cwd=ROOT, stdout=subprocess.DEVNULL)
        together = twice("-m", "not alone", also=("-n", str(workers)), OMP_NUM_THREADS="1")
    alone = [str(path) for path in sorted(ROOT.glob("tests/**/test_*.py")) if "mark.alone" in path.read_text("utf-8")]
    return twice("-m", "alone", *alone) or together or checks.returncode


def compiled() -> bool:
    """Whether an earlier run compiled the tests and what they import; pip may have left that to us."""
    gradio = find_spec("gradio")
    there = gradio is not None and Path(cache_from_source(gradio.origin)).exists()
    return there and any((ROOT / "tests" / "__pycache__").glob("conftest*pytest*.pyc"))


def twice(*options: str, also: tuple[str, ...] = (), **variables: str) -> int:
    """Run pytest, the first time with ``also``; the few tests that failed once more; the exit code of the last run."""
    code = pytest("--cache-clear", *options, *also, **variables)
    file = ROOT / ".pytest_cache" / "v" / "cache" / "lastfailed"
    failed = list(json.loads(file.read_text("utf-8"))) if code == 1 and file.is_file() else []
    if not 0 < len(failed) <= MOST_AGAIN:
        return code
    print("\nFailed, and tried once more by themselves:", *failed, sep="\n  ", flush=True)
    return pytest("--last-failed", "--last-failed-no-failures=none", *options, **variables)


def pytest(*options: str, **variables: str) -> int:
    """Run pytest with these options and environment variables; its exit code."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options], cwd=ROOT, env={**os.environ, **variables}
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
