"""Categories of faces: which rows belong, which are the surest, and what odd input does."""

import pytest
import torch

from gan_models.classifiers import faces as face_classifier
from gan_models.dcgan.attributes import ATTRIBUTES, CATEGORIES, category, gallery, matched_gallery, sureness

SMILING, MALE, GLASSES, BANGS, BEARD, YOUNG = range(6)


def rows(*changes: dict[int, float]) -> torch.Tensor:
    """Probabilities that are 0.5 throughout but for the changes, a row for each."""
    table = torch.full((len(changes), 6), 0.5)
    for row, change in zip(table, changes, strict=True):
        for column, value in change.items():
            row[column] = value
    return table


def test_attributes_stand_in_the_order_of_the_classifiers_outputs():
    assert ATTRIBUTES == ("smiling", "male", "eyeglasses", "bangs", "beard", "young") == face_classifier.ATTRIBUTES


def test_words_become_bounds():
    made = category("Smiling women", "smiling", "not male")
    assert made.at_least == {"smiling": 0.7}
    assert made.at_most == {"male": 0.3}


def test_rare_words_ask_for_less():
    assert category("Glasses", "eyeglasses").at_least == {"eyeglasses": 0.5}
    assert category("No glasses", "not eyeglasses").at_most == {"eyeglasses": 0.3}
    assert category("Older", "not young").at_most == {"young": 0.5}
    assert category("Young", "young").at_least == {"young": 0.7}


def test_unknown_word_lists_the_known_ones():
    with pytest.raises(ValueError, match="'hat'; there are: smiling, male"):
        category("Hats", "not hat")


def test_sureness_is_that_of_the_weakest_bound():
    table = rows(
        {SMILING: 1.0, MALE: 0.0, GLASSES: 0.0},  # beyond doubt
        {SMILING: 0.85, MALE: 0.0, GLASSES: 0.0},  # half way between bound and certainty
        {SMILING: 1.0, MALE: 0.225, GLASSES: 0.0},  # a quarter of the way
        {SMILING: 0.7, MALE: 0.0, GLASSES: 0.0},  # on the bound
        {SMILING: 1.0, MALE: 0.4, GLASSES: 0.0},  # outside
    )
    expected = torch.tensor([1.0, 0.5, 0.25, 0.0, -1 / 3])
    assert torch.allclose(sureness(table, CATEGORIES["smiling-women"]), expected, atol=1e-6)


def test_gallery_puts_the_surest_first_and_leaves_out_who_does_not_belong():
    table = rows({MALE: 0.75}, {MALE: 0.1}, {MALE: 0.99}, {MALE: 0.5}, {MALE: 0.9})
    assert gallery(table, CATEGORIES["men"], 10) == [2, 4, 0]
    assert gallery(table, CATEGORIES["men"], 2) == [2, 4]
    assert gallery(table, CATEGORIES["women"], 10) == [1]


def test_equally_sure_rows_keep_their_order():
    table = rows(*[{MALE: 0.9}] * 50)
    assert gallery(table, CATEGORIES["men"], 50) == list(range(50))


def test_neither_empty_tables_nor_odd_counts_are_errors():
    table = rows({MALE: 0.9})
    assert gallery(torch.zeros(0, 6), CATEGORIES["men"], 5) == []
    assert gallery(table, CATEGORIES["men"], 0) == []
    assert gallery(table, CATEGORIES["men"], -1) == []


def test_a_row_with_something_that_is_no_number_belongs_nowhere():
    table = rows({MALE: 0.9, YOUNG: float("nan")}, {MALE: float("inf")}, {MALE: 0.9})
    assert gallery(table, CATEGORIES["men"], 5) == [2]


@pytest.mark.parametrize("name", CATEGORIES)
def test_every_category_takes_exactly_the_rows_within_its_bounds(name):
    table = torch.rand(4000, 6, generator=torch.Generator().manual_seed(1))
    wanted = CATEGORIES[name]
    inside = [
        row
        for row, values in enumerate(table.tolist())
        if all(values[ATTRIBUTES.index(a)] >= bound for a, bound in wanted.at_least.items())
        and all(values[ATTRIBUTES.index(a)] <= bound for a, bound in wanted.at_most.items())
    ]
    found = gallery(table, wanted, 4000)
    assert len(inside) > 10
    assert sorted(found) == inside
    sure = sureness(table, wanted)[found]
    assert bool((sure[:-1] >= sure[1:]).all())


def test_opposites_never_share_a_face():
    table = torch.rand(4000, 6, generator=torch.Generator().manual_seed(2))
    for one, other in (
        ("women", "men"),
        ("smiling-women", "neutral-women"),
        ("smiling-men", "neutral-men"),
        ("men-with-glasses", "men-without-glasses"),
        ("women-with-glasses", "women-without-glasses"),
        ("bearded-men", "shaven-men"),
        ("young-men", "older-men"),
    ):
        assert not set(gallery(table, CATEGORIES[one], 4000)) & set(gallery(table, CATEGORIES[other], 4000))


def test_titles_are_told_apart():
    assert len({wanted.title for wanted in CATEGORIES.values()}) == len(CATEGORIES)


def test_matched_galleries_differ_in_their_word_alone():
    """Smiling goes with the first number, but also, in this world, with the tenth."""
    torch.manual_seed(0)
    z = torch.randn(6000, 16)
    logits = 3 * z[:, 2:8] - 4
    logits[:, ATTRIBUTES.index("smiling")] = 3 * z[:, 0]
    logits[:, ATTRIBUTES.index("male")] = 3 * z[:, 1] - 2
    biased = z.clone()
    biased[:, 9] = z[:, 9] + torch.sign(z[:, 0])  # who smiles is blonde

    def means(choose):
        return [biased[choose(key)].mean(0) for key in ("smiling-women", "neutral-women")]

    sure = means(lambda key: gallery(logits.sigmoid(), CATEGORIES[key], 24))
    matched = means(lambda key: matched_gallery(biased, logits, CATEGORIES[key], 24))
    assert matched[0][0] - matched[1][0] > 1
    assert (sure[0] - sure[1])[9] > 1.2
    assert (matched[0] - matched[1])[10:].abs().max() < 0.2 < (sure[0] - sure[1])[10:].abs().max()
    men = matched_gallery(biased, logits, CATEGORIES["neutral-men"], 24)
    assert len(set(men)) == 24
    assert logits[men, ATTRIBUTES.index("male")].min() > 0
    assert matched_gallery(biased, logits - 50, CATEGORIES["women-with-glasses"], 24) == []
