"""Flowers in memory: ``flowers102_64.zip``, 64x64, with kinds and measured colours, and sentences for them.

The sentences that came with the pictures were made from kind and colour. People's own sentences, of which nobody knows
to which picture they belong, are lent to pictures whose petals have the colours that the sentence gives to petals.
"""

import csv
import io
import json
import random
import re
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from gan_models.data.flower_kinds import COLOURS, KINDS

ARCHIVE = "flowers102_64.zip"
ALSO = {
    "violet": "purple",
    "lavender": "purple",
    "lilac": "purple",
    "magenta": "pink",
    "golden": "yellow",
    "cream": "white",
}
NAMES = {**dict.fromkeys(COLOURS), **ALSO}
ONE = rf"(?:{'|'.join(NAMES)})"
SOME = rf"({ONE})(?:(?: and| with|) ({ONE}))?"
TOLD = (  # where a sentence says which colour petals have
    re.compile(rf"\b{SOME}(?: colou?red)? (?:petals?|flowers?|blooms?)\b"),
    re.compile(
        rf"\b(?:petals?|flowers?) (?:that |which )?(?:is|are) (?:a |very |bright |light |dark |deep |pale )*{SOME}\b"
    ),
)
LENT = 0.4  # share of sentences that are people's own
NAMED = 0.3  # share of those in which "flower" gives way to the kind's name


@dataclass(frozen=True)
class Flowers:
    """Pictures and what is known of them.

    Attributes:
        pictures: (N, 3, 64, 64) uint8.
        kinds: (N,) int64, places in :data:`KINDS`.
        colours: of the petals, up to two of :data:`COLOURS`, the stronger first; empty where none could be measured.
        sentences: made ones for each picture.
        human: people's sentences by the set of colours that they give to petals.
    """

    pictures: Tensor
    kinds: Tensor
    colours: list[tuple[str, ...]]
    sentences: list[list[str]]
    human: dict[frozenset[str], list[str]]

    def __len__(self) -> int:
        return len(self.pictures)

    def sentence(self, index: int, chance: random.Random) -> str:
        """A sentence that is true of a picture, with its kind, its colours or both."""
        own = self.human.get(frozenset(self.colours[index]), [])
        if own and chance.random() < LENT:
            text = chance.choice(own)
            return text.replace("flower", KINDS[self.kinds[index]], 1) if chance.random() < NAMED else text
        return chance.choice(self.sentences[index])


def told_colours(sentence: str) -> frozenset[str]:
    """The colours that a sentence gives to petals, as :data:`COLOURS` names them; empty where it gives none."""
    found = (match for pattern in TOLD for match in pattern.finditer(sentence))
    return frozenset(NAMES[name] or name for match in found for name in match.groups() if name)


def load_flowers(path: Path, part: str) -> Flowers:
    """The pictures of ``part``, ``train`` or ``test``; ``path`` is the zip or the folder that holds it.

    Raises:
        FileNotFoundError: no such file; the text names what was looked for.
    """
    archive = path / ARCHIVE if path.is_dir() else path
    if not archive.is_file():
        raise FileNotFoundError(f"{archive} is missing: give --data the zip of flowers or the folder that holds it")
    with zipfile.ZipFile(archive) as files:
        rows = list(csv.DictReader(io.TextIOWrapper(files.open("index.csv"), "utf8")))
        rows = [r for r in rows if r["file"].startswith(part + "/")]
        said = (json.loads(line) for line in files.read("machine_captions.jsonl").decode().splitlines())
        made = {entry["file"]: [s.lower() for s in entry["captions"]] for entry in said}
        human = human_sentences(files)
        pictures = np.empty((len(rows), 64, 64, 3), np.uint8)
        for page, row in zip(pictures, rows, strict=True):
            with files.open(row["file"]) as raw, Image.open(raw) as picture:
                page[...] = np.asarray(picture.convert("RGB"))
    return Flowers(
        torch.from_numpy(pictures).permute(0, 3, 1, 2),
        torch.tensor([int(r["class_id"]) - 1 for r in rows]),
        [tuple(c for c in r["measured_colours"].split("+") if c) for r in rows],
        [made[r["file"]] for r in rows], by_colour(human),
    )  # fmt: skip


def human_sentences(files: zipfile.ZipFile) -> list[str]:
    """People's sentences about flowers, lower case, without punctuation."""
    lines = files.read("human_captions_UNPAIRED.txt").decode().splitlines()
    return [line.strip() for line in lines if line.strip()]


def by_colour(sentences: list[str]) -> dict[frozenset[str], list[str]]:
    """Sentences under the one or two colours that they give to petals; those that give none or more are left out."""
    found: dict[frozenset[str], list[str]] = defaultdict(list)
    for sentence in sentences:
        if 0 < len(colours := told_colours(sentence)) <= 2:
            found[colours].append(sentence)
    return dict(found)
