"""The README.md of what publish pushes: a model card, and the configuration of a Space. Pure functions: text out."""

from collections.abc import Sequence
from importlib.metadata import version

from huggingface_hub import ModelCard, ModelCardData, SpaceCardData

from gan_models import registry
from gan_models.core.checkpoint import OUR_REVISION, Checkpoint

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
LIMITS = """\
## Limits

The networks draw at the resolutions above and only what their training pictures show, with those pictures' gaps and
biases. Some results are malformed. They are for teaching and play: do not use them, or the verdicts of the critics and
judges, to decide anything about people.
"""


def embedded_entries() -> list[Checkpoint]:
    """The entries of the registry that ship with the project."""
    return [entry for entry in registry.CHECKPOINTS.values() if entry.embedded]


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
    lines = ["# GAN Atelier: weights", "", loading, "## What is here"]
    for entry in entries:
        low, high = entry.pixel_range
        lines += [
            "",
            f"### `{entry.file}`",
            "",
            entry.summary,
            "",
            "| | |",
            "|---|---|",
            f"| Name in the catalog | `{entry.name}` |",
            f"| Pictures | {entry.resolution}x{entry.resolution}, channels: {entry.channels}, in [{low:g}, {high:g}] |",
            f"| Parameters | {entry.parameters:,} |",
            f"| Training data | {entry.training_data} |",
            f"| After | {entry.paper} |",
            f"| Licence | {entry.licence} |",
            f"| SHA-256 | `{entry.sha256}` |",
            *(f"| {name} | {value} |" for name, value in entry.metrics.items()),
        ]
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
