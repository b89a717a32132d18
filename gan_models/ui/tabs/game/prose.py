"""Every sentence of the game "Real or fake?". The figures come from ``python -m gan_models.cgan.evaluate_game``."""

from gan_models.ui.tour import Step

TAB = "Real or fake?"
ABOUT = "Ten pairs of digits, one by a person and one invented: you against the discriminator, and what gives the invented ones away."
TOUR = Step(
    ring=".ga.game .pair",
    reach="button",
    clear=".ga.game .after, .ga.game .below",
    title="Now you are the critic",
    say="One of the two was written by a person, the other by the network.",
    invite="Choose the one by a person.",
)
LEAD = (
    "In each pair, one digit was written by a person and the other invented by our network. Find the person’s, and beat "
    "the critic."
)
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
PLURALS = ("zeros", "ones", "twos", "threes", "fours", "fives", "sixes", "sevens", "eights", "nines")
SIDES = ("left-hand", "right-hand")

# of 1,000 pairs, seeds 0 to 99: the share in which it says anything, and the share of these in which it is right
RELIABLE = {
    "ruler": (0.49, 1.00), "fog": (1.00, 0.82), "edges": (1.00, 0.75), "oddity": (0.07, 0.78), "pieces": (0.06, 0.63),
    "width": (1.00, 0.47), "both": (1.00, 0.90), "discriminator": (1.00, 0.72),
}  # fmt: skip
DISCRIMINATOR_SURE = (("up to 55&nbsp;%", 0.62), ("55 to 60&nbsp;%", 0.81), ("more than 60&nbsp;%", 0.90))
DISCRIMINATOR_UNSEEN = 0.63  # on MNIST's test digits, which it never saw: --data DIR

TELLS = {
    "ruler": (
        "The ruler", "longer side",
        "When the real digits were collected, each was scaled until its longer side measured 20 pixels. Nobody told the "
        "network. It judges the size by eye, and half of the time it is a pixel or more out.",
    ),
    "fog": (
        "Fog", "paler than a fifth",
        "Around real ink the paper soon turns white. The network’s ink has a faint haze: more of its pixels are grey, but "
        "paler than a fifth of full ink. Look for it in the pixels.",
    ),
    "edges": (
        "Grey edges", "half grey",
        "Scaling the real digits left soft edges, neither pale nor dark. The network is more decided, so fewer of its "
        "pixels are half grey.",
    ),
    "oddity": (
        "Oddity", "judge’s certainty",
        "An independent judge reads each digit, and is more than 94 % sure of nearly all. Where it doubts only one of the "
        "two, that one is usually by a person: people are stranger than the network dares to be.",
    ),
    "pieces": (
        "Broken strokes", "pieces",
        "Strokes of the network fall into pieces a little more often. That is rare, people lift the pen as well, and so it "
        "says little.",
    ),
    "width": (
        "Thick or thin", "stroke",
        "Not a tell. The network has learned how thick people’s strokes are; choosing the thicker one is as good as a coin.",
    ),
}  # fmt: skip


def hundred(share: float) -> int:
    """A share as a whole number of hundredths."""
    return round(100 * share)


def reliability(key: str) -> str:
    """How far a tell can be trusted, in words."""
    speaks, right = (hundred(share) for share in RELIABLE[key])
    if right == 100:
        return f"In 1,000 pairs it spoke in {speaks} of 100, and then was never wrong."
    if speaks == 100:
        return f"In 1,000 pairs it was right in {right} of 100."
    return f"In 1,000 pairs it spoke in {speaks} of 100, and then was right in {right} of 100."


def in_these(right: int, spoke: int) -> str:
    """How a tell fared in one game."""
    return f"In your ten pairs: right in {right} of {spoke}." if spoke else "In your ten pairs it said nothing."


def question(round_: int, rounds: int, digit: int) -> str:
    """What is asked in a round, from 1."""
    return f"Round {round_} of {rounds}: two {PLURALS[digit]}. Which one is by a person?"


def hand(digit: int, slant: float, width: float) -> str:
    """A digit in words for someone who cannot see it; neither slant nor width tells real from invented."""
    pen = "fine" if width < 2.0 else "thick" if width > 2.9 else "medium"
    lean = "leaning right" if slant > 0.1 else "leaning left" if slant < -0.1 else "upright"
    return f"a {DIGITS[digit]}, {pen} pen, {lean}"


def verdict(guess: int, real: int, believed: int, sure: float) -> str:
    """What happened in a round: the visitor's guess, the truth, the critic's guess and its certainty."""
    mine = "Yes" if guess == real else "No"
    also = " too" if believed == guess else ""
    fared = "was right" if believed == real else "was wrong"
    return (
        f"{mine}: the {SIDES[real]} digit is by a person. The critic chose the {SIDES[believed]} one{also}, "
        f"{hundred(sure)} % sure, and {fared}."
    )


def outcome(you: int, critic: int, rounds: int) -> str:
    """Who won, in a sentence."""
    if you > critic:
        return f"You beat the critic: {you} of {rounds} against {critic}."
    if you < critic:
        return f"The critic beat you: {critic} of {rounds} against your {you}."
    return f"A draw: you and the critic both found {you} of {rounds}."


def comment(you: int, rounds: int) -> str:
    """What such a score means, from the odds of guessing blindly."""
    right = hundred(RELIABLE["discriminator"][1])
    if you == rounds:
        means = "Blind guessing gets that far once in about a thousand games."
    elif you == rounds - 1:
        means = "Blind guessing gets that far once in about ninety games."
    elif you == rounds - 2:
        means = "Blind guessing gets that far once in about eighteen games."
    elif you > rounds // 2:
        means = "Blind guessing gets five on average, and six or more in four games of ten."
    else:
        means = "Blind guessing gets five on average. These digits are hard to tell apart; the tells below help."
    return f"{means} The critic finds about {right} of 100."


def amount(key: str, value: float) -> str:
    """A measured number with its unit."""
    if key == "ruler":
        return f"{value:.0f} pixels"
    if key == "pieces":
        return f"{value:.0f}"
    if key == "width":
        return f"{value:.1f} pixels"
    if key == "oddity" and value == 0:
        return "reads another digit"
    return f"{hundred(value)} %"


_sure = "; ".join(f"where it is {range_} sure, {hundred(share)} of 100" for range_, share in DISCRIMINATOR_SURE)
EXPLAINED = f"""
<p><b>A fair deal.</b> Both digits of a pair mean the same number, have the same sixteen shades of grey and travel in the same
picture file, so nothing but the ink can give them away. The real one is drawn at random from ten thousand, the other is
written by our generator in a hand nobody ever had. Nothing is picked to be easy or hard. The seed in the link decides
everything, so a friend who opens it gets the same ten pairs; the server tells which is which only after a guess.</p>
<p><b>Your opponent</b> is the critic against which the generator learned. It is shown what you are shown. It gives each digit a
belief that it is real, and chooses the one it believes more; “sure” is how likely that choice is if its two beliefs are
taken at their word. It is timid: {_sure}.</p>
<p><b>It has one advantage.</b> The real digits here are among those it learned from. With digits it had never seen it found
{hundred(DISCRIMINATOR_UNSEEN)} of 100 instead of {hundred(RELIABLE["discriminator"][1])}.</p>
<p><b>Why no faces?</b> A round needs real ones to show. The faces of this page were learned from photographs of people, lent for
research and not to be passed on; averages of many may be shown, but are so soft that anybody would tell them.</p>
<h4>Why it goes wrong</h4>
<ul>
<li>A ruler and a look at the fog, written down in a few lines, find {hundred(RELIABLE["both"][1])} of 100. The critic could have learned that, but
training kept the duel close: a critic that always wins teaches the generator nothing.</li>
<li>The tells are habits of this generator and of this collection of digits. Another network has others, and the next
version of this one may have none of these.</li>
<li>A tell that is right in 80 of 100 pairs is wrong in 20. For pictures in the news, do not trust a single one.</li>
</ul>
<p class="cite">Real digits: MNIST, Yann LeCun, Corinna Cortes and Christopher Burges, CC BY-SA 3.0, reduced to sixteen shades.
Goodfellow et al., <em>Generative Adversarial Nets</em>, 2014 (what an ideal critic’s belief means).</p>
"""
