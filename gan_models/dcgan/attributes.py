"""What can be said of a face in six words, and the galleries that follow from it. No network, no files."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from gan_models.data.celeba import ATTRIBUTES  # smiling, male, eyeglasses, bangs, beard, young

RARE = ("eyeglasses", "not young")


@dataclass(frozen=True)
class Category:
    """A kind of face, said as bounds on the probabilities of :data:`ATTRIBUTES`.

    Attributes:
        title: what stands above the gallery.
        at_least: attribute to the smallest probability that belongs here.
        at_most: attribute to the greatest.
    """

    title: str
    at_least: Mapping[str, float] = field(default_factory=dict)
    at_most: Mapping[str, float] = field(default_factory=dict)


def category(title: str, *words: str) -> Category:
    """A category from words such as "smiling" (a probability of 0.7 or more) and "not male" (0.3 or less).

    For the words in :data:`RARE`, of which generators draw few, even odds suffice.
    """
    bounds: tuple[dict[str, float], dict[str, float]] = ({}, {})
    for word in words:
        attribute = word.removeprefix("not ")
        if attribute not in ATTRIBUTES:
            raise ValueError(f"unknown attribute {attribute!r}; there are: {', '.join(ATTRIBUTES)}")
        negated = word != attribute
        bounds[negated][attribute] = 0.5 if word in RARE else 0.3 if negated else 0.7
    return Category(title, *bounds)


CATEGORIES: dict[str, Category] = {
    "women": category("Women", "not male"),
    "men": category("Men", "male"),
    "smiling-women": category("Smiling women", "smiling", "not male", "not eyeglasses"),
    "neutral-women": category("Neutral women", "not smiling", "not male", "not eyeglasses"),
    "smiling-men": category("Smiling men", "smiling", "male", "not eyeglasses"),
    "neutral-men": category("Neutral men", "not smiling", "male", "not eyeglasses"),
    "women-with-glasses": category("Women with glasses", "not male", "eyeglasses"),
    "women-without-glasses": category("Women without glasses", "not male", "not eyeglasses"),
    "men-with-glasses": category("Men with glasses", "male", "eyeglasses"),
    "men-without-glasses": category("Men without glasses", "male", "not eyeglasses"),
    "women-with-bangs": category("Women with bangs", "not male", "bangs"),
    "women-without-bangs": category("Women without bangs", "not male", "not bangs"),
    "bearded-men": category("Men with a beard", "male", "beard"),
    "shaven-men": category("Men without a beard", "male", "not beard"),
    "young-women": category("Young women", "not male", "young"),
    "older-women": category("Older women", "not male", "not young"),
    "young-men": category("Young men", "male", "young"),
    "older-men": category("Older men", "male", "not young"),
}


def sureness(probabilities: Tensor, wanted: Category) -> Tensor:
    """How surely each row of probabilities (N, 6) belongs to a category, (N,).

    1 is beyond doubt, 0 stands on a bound, below 0 is outside. The least sure of the bounds counts. A row with
    something that is not a number is outside.
    """
    sure = probabilities.new_ones(len(probabilities))
    for attribute, bound in wanted.at_least.items():
        sure = sure.minimum((probabilities[:, ATTRIBUTES.index(attribute)] - bound) / (1 - bound))
    for attribute, bound in wanted.at_most.items():
        sure = sure.minimum((bound - probabilities[:, ATTRIBUTES.index(attribute)]) / bound)
    return sure.masked_fill(~probabilities.isfinite().all(1), -1.0)


def gallery(probabilities: Tensor, wanted: Category, count: int) -> list[int]:
    """The ``count`` rows of probabilities (N, 6) that belong to a category most surely, the surest first.

    Of equally sure rows the earlier comes first. Fewer where fewer belong.
    """
    sure = sureness(probabilities, wanted)
    order = sure.sort(descending=True, stable=True).indices.tolist()
    return [row for row in order[: max(count, 0)] if sure[row] >= 0]


def matched_gallery(z: Tensor, logits: Tensor, wanted: Category, count: int, near: int = 72) -> list[int]:
    """``count`` rows of a category that differ from other categories' in nothing but their words, as far as possible.

    The surest faces of a category are alike in more than its words: the surest smiles belong to blonde women under
    bright lights, and arithmetic would add the blonde and the light as well. So faces are taken whose attributes stand
    where the category's do on average, and of those a set whose latents, away from the attributes, average to nothing.

    Args:
        z: latents (N, D), standard normal.
        logits: a classifier's answers (N, 6) on their faces.
        near: how many rows close to the average are looked at.
    """
    everyone = range(len(z))
    probabilities = logits.sigmoid()
    members = gallery(probabilities, wanted, len(z))
    if not members:
        return []
    answers = (logits - logits.mean(0)) / logits.std(0)
    slopes = torch.nn.functional.normalize((z - z.mean(0)).T @ answers / len(z), dim=0)  # (D, 6)
    places = torch.cat([z @ slopes, answers], 1)  # where a face stands, by a linear measure and by the classifier's
    kin = Category("", *({k: v for k, v in side.items() if k == "male"} for side in (wanted.at_least, wanted.at_most)))
    target = places[gallery(probabilities, kin, len(z)) if kin.at_least or kin.at_most else everyone].mean(0)
    named = [ATTRIBUTES.index(name) for name in (*wanted.at_least, *wanted.at_most)]
    for column in (k for index in named for k in (index, index + len(ATTRIBUTES))):
        if column % len(ATTRIBUTES) != ATTRIBUTES.index("male"):
            target[column] = places[members, column].mean()
    # the generator draws women where nothing else is said, and half a smile is soon lost: both have to be clear
    clear = (("male", 0.5 * ("male" in wanted.at_least)),
             ("smiling", 0.4 * (("smiling" in wanted.at_least) - ("smiling" in wanted.at_most))))  # fmt: skip
    for name, shift in clear:
        target[[ATTRIBUTES.index(name), ATTRIBUTES.index(name) + len(ATTRIBUTES)]] += shift
    strays = (places[members] - target).square().sum(1)
    members = torch.tensor(members)[strays.argsort()[:near]]
    basis = torch.linalg.qr(slopes).Q
    rest = z[members] - (z[members] @ basis) @ basis.T
    total, chosen = torch.zeros_like(rest[0]), []
    for size in range(1, min(count, len(members)) + 1):  # herding: each next face brings the mean closest to nothing
        distance = ((total + rest) / size).square().sum(1)
        distance[chosen] = torch.inf
        chosen.append(int(distance.argmin()))
        total = total + rest[chosen[-1]]
    return members[chosen].tolist()
