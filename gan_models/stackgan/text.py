"""Sentences to numbers: the words that the text encoder knows, and what to say of those it does not."""

import difflib
import re
from functools import cache
from pathlib import Path

import torch
from torch import Tensor

from gan_models.stackgan.networks import WORDS

VOCABULARY = Path(__file__).with_name("vocabulary.txt")
WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def split_words(sentence: str) -> list[str]:
    """The words of a sentence in lower case, in order; digits and signs are no words."""
    return WORD.findall(sentence.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))


@cache
def vocabulary() -> dict[str, int]:
    """The words that ship, and their numbers from 1."""
    return {word: number for number, word in enumerate(VOCABULARY.read_text("utf8").split(), 1)}


def known_words(sentence: str) -> tuple[list[str], list[str]]:
    """The words of a sentence that the model knows, at most ``WORDS`` of them, and each one that it does not, once."""
    words = split_words(sentence)
    known = [word for word in words if word in vocabulary()]
    return known[:WORDS], list(dict.fromkeys(word for word in words if word not in vocabulary()))


def meant(word: str) -> str | None:
    """The known word that is spelt most like ``word``, if any is near."""
    return next(iter(difflib.get_close_matches(word, list(vocabulary()), 1, 0.8)), None)


def as_numbers(sentences: list[str], known: dict[str, int] | None = None) -> Tensor:
    """Sentences to word numbers (N, WORDS), int64, 0 behind the last; unknown words are left out."""
    known = vocabulary() if known is None else known
    rows = torch.zeros(len(sentences), WORDS, dtype=torch.long)
    for row, sentence in zip(rows, sentences, strict=True):
        numbers = [known[word] for word in split_words(sentence) if word in known][:WORDS]
        row[: len(numbers)] = torch.tensor(numbers, dtype=torch.long)
    return rows
