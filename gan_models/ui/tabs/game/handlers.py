"""What the game "Real or fake?" asks, answered.

The server keeps nothing of a game: pictures and answers are made again from the seed in each request, so any number of
visitors may play.
"""

from functools import lru_cache
from typing import Annotated

from pydantic import Field

from gan_models.ui.handlers import TabHandlers
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.requests import Request, Seed, choice
from gan_models.ui.tabs.game import prose

FACTOR = 6  # how much larger the smoothed digits are than the network's
REMEMBERED = 64  # games kept for the next request; losing one only costs its milliseconds


ROUNDS = 10


class Deal(Request, ask="deal"):
    """A round of pairs; the seed decides which."""

    seed: Seed = 0


class Answers(Deal, ask="answers"):
    """What a visitor guessed in a round, to be counted."""

    guesses: Annotated[
        list[choice(2, "A guess, for the left picture or the right one,")],
        Field(max_length=ROUNDS, description=f"The guesses are a list of at most {ROUNDS} sides."),
    ]


class GameHandlers(TabHandlers):
    """Answers the tab's requests."""

    name, needs = "game", "digits"
    examples = ({"ask": "deal", "seed": 7}, {"ask": "answers", "seed": 7, "guesses": [0, 1, 1]})

    def __init__(self, pool: ModelPool):
        super().__init__(pool)
        self._worked_out = lru_cache(REMEMBERED)(self._work_out)

    def _work_out(self, seed: int):
        """A game with what discriminator and tells say of it."""
        from gan_models.cgan import real_or_fake as game

        pipeline = self.pipeline
        dealt = game.deal(pipeline, seed)
        return dealt, game.discriminator_beliefs(pipeline, dealt), *game.measure_tells(pipeline, dealt)

    def deal(self, request: Deal) -> dict:
        """The pictures of a game, all on one sheet so that no file size gives one away, and what to call them."""
        from gan_models.cgan.strokes import measure_strokes
        from gan_models.core import images

        dealt, *_ = self._worked_out(request.seed)
        batch, labels = dealt.batch
        named = [
            prose.hand(label, slant, width)
            for label, (slant, width, _) in zip(labels, measure_strokes(batch).tolist(), strict=True)
        ]
        count = len(dealt.labels)
        return {
            "seed": request.seed,
            "smooth": images.coverage_png(images.grid(images.smooth_coverage(batch, FACTOR), 2)),
            "pixels": images.coverage_png(images.grid(images.raw_coverage(batch), 2)),
            "rounds": [
                {"ask": prose.question(i + 1, count, label), "names": named[2 * i : 2 * i + 2]}
                for i, label in enumerate(dealt.labels)
            ],
        }

    def answers(self, request: Answers) -> dict:
        """What came of the guesses made so far, 0 for left and 1 for right; with the last one the tells as well."""
        dealt, beliefs, measured, pointing = self._worked_out(request.seed)
        guesses, rounds = request.guesses, []
        for guess, real, belief in zip(guesses, dealt.real, beliefs, strict=False):
            believed, sure = (0, belief) if belief >= 0.5 else (1, 1 - belief)
            said = prose.verdict(guess, real, believed, sure)
            told = {"guess": guess, "real": real, "discriminator": believed}
            rounds.append(told | {"left": round(belief, 4), "said": said})
        answer = {
            "rounds": rounds,
            "you": sum(r["guess"] == r["real"] for r in rounds),
            "discriminator": sum(r["discriminator"] == r["real"] for r in rounds),
        }
        if len(guesses) < len(dealt.labels):
            return answer
        return answer | {
            "outcome": prose.outcome(answer["you"], answer["discriminator"], len(rounds)),
            "comment": prose.comment(answer["you"], len(rounds)),
            **tells(dealt.real, measured, pointing),
        }


def tells(real: tuple[int, ...], measured, pointing) -> dict:
    """For each tell its words, how it fared in this game and what it measured in each pair; and the two best together.

    A pair's entry is what was measured of the person's digit and of the network's, and +1 where the tell was right,
    -1 where it was wrong, 0 where it said nothing.
    """
    from gan_models.cgan.real_or_fake import TELLS, by_ruler_and_fog

    signs = [1 if side == 0 else -1 for side in real]
    told = []
    for tell, numbers, says in zip(TELLS, measured.tolist(), pointing.tolist(), strict=True):
        title, unit, why = prose.TELLS[tell.key]
        right = [int(sign * said) for sign, said in zip(signs, says, strict=True)]
        pairs = [
            [prose.amount(tell.key, pair[side]), prose.amount(tell.key, pair[1 - side]), mark]
            for pair, side, mark in zip(numbers, real, right, strict=True)
        ]
        told.append({
            "title": title, "unit": unit, "why": why, "pairs": pairs,
            "reliable": prose.reliability(tell.key),
            "fared": prose.in_these(right.count(1), len(right) - right.count(0)),
        })  # fmt: skip
    both = by_ruler_and_fog(pointing).tolist()
    return {"tells": told, "both": [int(sign * said) for sign, said in zip(signs, both, strict=True)]}
