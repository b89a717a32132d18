"""What is written about the weights: checkpoints/README.md, the model card on the Hub, and a Space's configuration.

python -m gan_models.publish.cards          is checkpoints/README.md what the entries say?
python -m gan_models.publish.cards --write  make it so
"""

import argparse
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from huggingface_hub import ModelCard, ModelCardData, SpaceCardData

from gan_models import registry
from gan_models.core.checkpoint import OUR_REVISION, Checkpoint
from gan_models.core.store import CHECKPOINTS_DIR, embedded_file

PROJECT_LICENCE = "apache-2.0"
PYTHON_VERSION = "3.12"
DATASETS_ON_THE_HUB = {"MNIST": "ylecun/mnist"}
LOADING = """\
Small generative adversarial networks and their judges, trained from scratch for GAN Atelier, a demo of how they work.

## How to load them

With the project's code at hand:

```python
import os

os.environ["GAN_ATELIER_WEIGHTS_REPO"] = "{repo_id}"  # read when gan_models is imported
from gan_models.registry import CHECKPOINTS
from gan_models.core.store import load_network

network, where = load_network(CHECKPOINTS["{name}"], "hub")
```

The files are safetensors, read at the tag `{tag}`. The project checks their SHA-256 and loads them strictly.
"""
PAGE = """\
# What ships

Safetensors in half precision, loaded strictly into float32 once their SHA-256 is verified. By family: what each network
scores, how it was trained, and the commands for both. `python -m gan_models.publish.cards --write` makes this page from
the families' `checkpoints.py` and `card.md`. Speed is told in [tests/benchmarks](../tests/benchmarks/README.md).

| file | what it does | learned numbers | size |
| --- | --- | --- | --- |
"""
ELSEWHERE = """\
## What the Hub has

Other people's weights, fetched when somebody chooses them: opened as tensors only, loaded strictly, or refused.

| name | repository | what it does | learned numbers | licence |
| --- | --- | --- | --- | --- |
"""
LIMITS = """\
## Limits

The networks draw at the resolutions above and only what their training pictures show, with those pictures' gaps and
biases. Some results are malformed. They are for teaching and play: do not use them, or the verdicts of the critics and
judges, to decide anything about people.
"""


def embedded_entries() -> list[Checkpoint]:
    """The entries of the registry that ship with the project."""
    return [entry for entry in registry.CHECKPOINTS.values() if entry.embedded]


def described(entries: Sequence[Checkpoint]) -> list[str]:
    """Lines of Markdown about ``entries``: by family, each entry's facts and figures, then the family's card.md."""
    lines, left = [], list(entries)
    for room in registry.WITH_WEIGHTS:
        mine = [entry for entry in left if room.CHECKPOINTS.get(entry.name) is entry]
        if mine:
            left = [entry for entry in left if entry not in mine]
            lines += [f"## {room.__name__.rpartition('.')[2]}", "", room.__doc__.strip(), ""]
            lines += [line for entry in mine for line in facts(entry)]
            lines += [(Path(room.__file__).parent / "card.md").read_text(encoding="utf-8")]
    return lines + [line for entry in left for line in facts(entry)]


def facts(entry: Checkpoint) -> list[str]:
    """Lines of Markdown: what is known of one weights file."""
    low, high = entry.pixel_range
    rows = {
        "Name": f"`{entry.name}`",
        "Pictures": f"{entry.resolution}x{entry.resolution}, channels: {entry.channels}, in [{low:g}, {high:g}]",
        "Learned numbers": f"{entry.parameters:,}",
        "Training data": entry.training_data,
        "Training": entry.training,
        "After": entry.paper,
        "Licence": entry.licence,
        "SHA-256": f"`{entry.sha256}`",
    } | entry.metrics
    table = [f"| {name} | {value} |" for name, value in rows.items() if value]
    return [f"### `{entry.file}`", "", entry.summary, "", "| | |", "| --- | --- |", *table, ""]


def checkpoints_page() -> str:
    """The text of checkpoints/README.md: every file that ships, and what is known of it."""
    rows = [
        f"| `{e.file}` | {e.summary} | {e.parameters:,} | {embedded_file(e).stat().st_size / 1e6:.2f} MB |"
        for e in embedded_entries()
    ]
    return "\n".join([PAGE + "\n".join(rows), "", *described(embedded_entries()), *from_the_hub()]).rstrip() + "\n"


def from_the_hub() -> list[str]:
    """Lines of Markdown: other people's weights, and the cards of families that have no others."""
    others = [entry for entry in registry.CHECKPOINTS.values() if not entry.embedded]
    lines = [f"| `{e.name}` | {e.repo_id} | {e.summary} | {e.parameters:,} | {e.licence} |" for e in others]
    lines = [ELSEWHERE + "\n".join(lines), ""]
    for room in registry.WITH_WEIGHTS:
        if not any(entry.embedded for entry in room.CHECKPOINTS.values()):
            card = (Path(room.__file__).parent / "card.md").read_text(encoding="utf-8")
            lines += [f"### {room.__name__.rpartition('.')[2]}", "", room.__doc__.strip(), "", card]
    return lines


def weights_card(entries: Sequence[Checkpoint], repo_id: str) -> str:
    """The model card (README.md, front matter and text) of a repository that holds ``entries``."""
    licences = {entry.licence for entry in entries}
    data = ModelCardData(
        license=licences.pop() if len(licences) == 1 else "other",
        library_name="pytorch",
        tags=["gan", "pytorch", "safetensors", "image-generation", "education"],
        datasets=[hub for word, hub in DATASETS_ON_THE_HUB.items() if any(word in e.training_data for e in entries)],
    )
    loading = LOADING.format(repo_id=repo_id, name=entries[0].name, tag=OUR_REVISION)
    lines = ["# GAN Atelier: weights", "", loading, *described(entries)]
    bound = [entry.file for entry in entries if "non-commercial" in entry.training_data.lower()]
    if bound:
        lines += ["", "## Non-commercial research only", ""]
        lines += [f"The pictures that trained {', '.join(bound)} may be used for non-commercial research only."]
    lines += ["", LIMITS]
    return str(ModelCard(f"---\n{data.to_yaml()}\n---\n\n" + "\n".join(lines)))


def space_card(readme: str, weights_repo: str | None) -> str:
    """The README.md of the Space: configuration in the front matter, then the project's own README.

    Args:
        weights_repo: the repository that the Space's build fetches our weights from; None: it fetches nothing, and the
            Space runs on the files in ``checkpoints/``.
    """
    ours = [weights_repo] if weights_repo else []
    others = {entry.repo_id for entry in registry.CHECKPOINTS.values() if not entry.embedded}
    preload = {"preload_from_hub": [f"{repo} {','.join(e.file for e in embedded_entries())}" for repo in ours]}
    data = SpaceCardData(
        title="GAN Atelier",
        emoji="🎨",
        colorFrom="indigo",
        colorTo="pink",
        sdk="gradio",
        sdk_version=version("gradio"),
        python_version=PYTHON_VERSION,
        app_file="app.py",
        pinned=False,
        license=PROJECT_LICENCE,
        short_description="Play with five ideas about GANs",
        models=ours + sorted(others),
        tags=["gan", "image-generation", "education", "pytorch"],
        **(preload if ours else {}),
    )
    return f"---\n{data.to_yaml()}\n---\n\n{readme}"


def main(argv: Sequence[str] | None = None) -> int:
    """Check checkpoints/README.md, or write it; returns the exit status, 1 where it is not up to date."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the page instead of checking it")
    page, text = CHECKPOINTS_DIR / "README.md", checkpoints_page()
    if parser.parse_args(argv).write:
        page.write_text(text, encoding="utf-8")
    elif page.read_text(encoding="utf-8") != text:
        print(f"{page} is not what the entries say; run `python -m gan_models.publish.cards --write`.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
