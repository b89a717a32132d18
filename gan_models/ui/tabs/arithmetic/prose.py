"""Every sentence of the tab in which one adds and subtracts faces."""

TAB = "Arithmetic"
ABOUT = "Smiling women − neutral women + neutral men: add and subtract faces, and see beside it what the same sum makes of pixels."
LEAD = (
    "Take smiling women, subtract women who do not smile, add men. What remains of the first two is the smile. None of "
    "these people exist."
)
# What a button says, the galleries of A, B and C, and what the result should show: attributes of the classifier.
PRESETS = (
    ("A man who smiles", ("smiling-women", "neutral-women", "neutral-men"), {"smiling": True, "male": True}),
    ("Grow a beard", ("bearded-men", "shaven-men", "shaven-men"), {"beard": True, "male": True}),
    ("Cut a fringe", ("women-with-bangs", "women-without-bangs", "smiling-women"), {"bangs": True, "male": False}),
    ("Grow older", ("older-men", "young-men", "young-women"), {"young": False, "male": False}),
    ("Stop smiling", ("neutral-men", "smiling-men", "smiling-women"), {"smiling": False, "male": False}),
    (
        "Add glasses (fails)", ("men-with-glasses", "men-without-glasses", "women-without-glasses"),
        {"eyeglasses": True, "male": False},
    ),
)  # fmt: skip
# An attribute of the classifier, where it is there and where it is not.
WORDS = {
    "smiling": ("smiling", "not smiling"),
    "male": ("a man", "a woman"),
    "eyeglasses": ("glasses", "no glasses"),
    "bangs": ("a fringe", "no fringe"),
    "beard": ("a beard", "no beard"),
    "young": ("young", "older"),
}
CLEAR = 0.7  # from which probability on a description mentions it


def describe(answers: dict[str, float], many: bool = False) -> str:
    """A classifier's answers about one face, or about the average of many, in words: "smiling woman with glasses"."""

    def clear(name: str) -> int:
        return (answers[name] >= CLEAR) - (answers[name] <= 1 - CLEAR)

    noun = {1: ("man", "men"), -1: ("woman", "women"), 0: ("face", "faces")}[clear("male")][many]
    mood = {1: "smiling ", -1: "neutral ", 0: ""}[clear("smiling")]
    age = "older " if clear("young") < 0 else ""
    things = [WORDS[name][0] for name in ("eyeglasses", "bangs", "beard") if clear(name) > 0]
    return f"{age}{mood}{noun}" + (f" with {' and '.join(things)}" if things else "")


def verdict_word(points: list, others: list) -> tuple[str, str]:
    """One word or sentence, and its colour, for what became of a sum's promises: (text, share, kept or None) each."""
    missed = [text for text, _, kept in points if kept is False]
    if missed:
        return ("Not as promised." if len(missed) == len(points) else "Partly as promised."), "bad"
    if not any(kept for _, _, kept in points):
        return "Too faint to promise anything.", "open"
    if any(kept is False for _, _, kept in others):
        return "As promised, and something came along.", "good"
    return "As promised.", "good"


EXPLAINED = """
<p><b>Each face is a list of 128 random numbers</b>, which the generator turns into a picture. Nobody told it what any of
the numbers mean. Yet lists can be added and subtracted, and the meaning adds up as well: the step from a neutral woman to
a smiling one is, roughly, the step from a neutral man to a smiling one.</p>
<p><b>Why three faces a column?</b> One smiling woman also has her own hair, light and background, and all of that would be
added with her smile. In the average of three, most of it cancels. The average face below each column is what the
generator draws from the average list, made as long as a list usually is. It is nobody's photograph laid over another's.</p>
<p><b>On pixels</b> the same sum is done with the pictures themselves. Where the faces do not line up, ghosts remain: a
picture minus a picture is not a smile, it is two mouths in different places.</p>
<p><b>The strength</b> is how much of A − B is added to C: none at 0, the plain sum at 1, twice as much at 2. On the first
touch the server draws 21 results from 0 to 2 at once, and the page leafs through them.</p>
<p><b>The eight around the result</b> have a little random noise added to the list. That they are faces of the same kind
shows that the result is no lucky point but lies in a region where such faces live.</p>
<p><b>The examples</b> above are chosen: each is the best of sixteen sums of faces from those galleries, as classifier and
critic see it. “Surprise me” takes what comes, as random as it comes.</p>
<p><b>The classifier</b> is another network, trained on photographs to answer six questions. It has seen none of these
faces before. The same sum is done with its answers on the columns, and that is the promise; then it looks at the result.</p>
<h4>Why it goes wrong</h4>
<ul>
<li>What A and B do not share comes along. If all your women with a fringe are young, youth is added with the fringe.
Choose faces that differ in one thing only.</li>
<li>Rare things are hard. Few faces among the photographs wear glasses, and hardly any woman does, so the generator may
paint dark eyes where there should be frames.</li>
<li>A sum is a longer list than any the generator learned from. It is shortened to the usual length, which costs a little
of everything; at a strength of 2 it shows.</li>
<li>Sums of pixels can fool the classifier: a ghost of a smile is enough for it. Look at the two pictures, and do not rely
on the number alone.</li>
<li>The six attributes are what people ticked for photographs of celebrities. Man and woman, young and older are how
someone looked to someone else, and no more than that.</li>
</ul>
<p class="cite">Radford, Metz and Chintala, <em>Unsupervised Representation Learning with Deep Convolutional Generative
Adversarial Networks</em>, 2016, figure 7. White, <em>Sampling Generative Networks</em>, 2016 (why attributes come along).
Photographs: CelebA, Liu et al., 2015.</p>
"""
