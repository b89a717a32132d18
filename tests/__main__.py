"""Everything that is checked: ``python -m tests``. Installs Chromium on Debian where it is missing, lints, tests.

First one more at a time than there are cores, since each waits now and then, all that drive the app in one process;
then, one by one, those that measure time or memory. With arguments, such as ``tests/test_digits.py -k hand``, pytest
runs just once, with these.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


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
    for lint in (["check", "."], ["format", "--check", "."]):
        if code := subprocess.run([sys.executable, "-m", "ruff", *lint], cwd=ROOT).returncode:
            return code
    if code := subprocess.run([sys.executable, "-m", "tests.javascript"], cwd=ROOT).returncode:
        return code
    if sys.argv[1:]:
        return pytest(*sys.argv[1:])
    workers = min(8, 1 + (os.cpu_count() or 1))
    together = pytest("-m", "not alone", "-n", str(workers), OMP_NUM_THREADS="1")
    return pytest("-m", "alone") or together


def pytest(*options: str, **variables: str) -> int:
    """Run pytest with these options and environment variables; its exit code."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options], cwd=ROOT, env={**os.environ, **variables}
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
