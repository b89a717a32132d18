"""Every sentence of the digits tab."""

from gan_models.ui.tour import Step

TAB = "Digits"
ABOUT = "Type a number and see it written in an invented handwriting, with a classifier's reading and the discriminator's belief beside each digit."
TOUR = Step(
    ring=".ga.digits .asks .number label",
    reach="input",
    clear=".ga.digits .paper",
    title="A hand nobody ever had",
    say="It learned from 60,000 handwritten digits, and now it writes your numbers.",
    invite="Type the year you were born.",
)
LEAD = "Type a number. A network that learned from 60,000 handwritten digits writes it in a hand nobody ever had."

EXPLAINED = """
<p><b>The writer</b> (the <em>generator</em>) is given two things: which digit to write, and a list of 64 random numbers,
the <em>style</em>. It has never been shown how to draw. While it learned, <b>the critic</b> looked at its digits mixed
with real ones and said which it believed; the writer changed itself until the critic could hardly tell.</p>
<p>Style and digit enter separately and are added up. That is why one style writes all ten digits in one hand, and why
the wall has rows of digits and columns of hands. The sliders push the style along directions that were
<em>measured</em>: two thousand hands were written, their slant, stroke weight and width were computed from the ink, and
each slider follows the direction in which its quantity grows. <em>Flourish</em> is what changes most when those three
are held still; nobody named it beforehand.</p>
<p><b>Two opinions stand beside each digit.</b> <em>Reads as</em> comes from a judge that never saw an invented digit: an
ordinary classifier, right on JUDGE of real test digits. <em>Looks real</em> is the critic's own belief. The two were
trained for different things and sometimes disagree.</p>
<h4>Why it goes wrong</h4>
<ul>
<li>It saw digits of 28 × 28 pixels, written in the United States around 1990. It can write nothing larger, no letters,
and no other country's hands. The page smooths the edges when it enlarges the ink; “raw pixels” shows what the
network really made.</li>
<li>Far out on a slider there were few real hands to learn from; strokes break or blur. So sliders end at three standard
deviations.</li>
<li>The critic's number is not a measurement of quality. A critic that always wins teaches nothing, so training keeps the
duel close: of a thousand invented digits eight in ten get between 39 and 53 %, and of a thousand real ones between 41 and 57 %.</li>
<li>Halfway between two digits there is no digit. The morph shows what the network does where nothing was ever asked of
it.</li>
</ul>
<p class="cite">Mirza and Osindero, <em>Conditional Generative Adversarial Nets</em>, 2014. Miyato and Koyama,
<em>cGANs with Projection Discriminator</em>, 2018.</p>
"""
