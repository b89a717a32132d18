"""Every sentence of the tab in which a GAN learns while you watch."""

from gan_models.ui.tour import Step

TAB = "Watch it learn"
ABOUT = "Watch a GAN train from nothing on points, digits or clothes, and provoke mode collapse, vanishing gradients and other failures, each with its cure."
TOUR = Step(
    ring=".ga.learn .points .play",
    reach="",
    clear=".ga.learn .plane",
    title="The duel itself",
    say="The orange dots try to pass for the blue ones, and a second network tries to catch them.",
    invite="Press Play and watch for ten seconds.",
)
LEAD = (
    "Two networks play against each other, right now, on the machine that serves this page: a <b class='fake'>generator</b> "
    "that invents points or pictures, and a <b class='real'>discriminator</b> that tells them from real ones. Press Play."
)
POINTS_HELP = (
    "<b class='real'>Blue dots</b> are real. <b class='fake'>Orange dots</b> are the generator's. The background is the "
    "discriminator's opinion: blue where it says “real”, orange where it says “fake”. Arrows show where the generator "
    "wants to move each dot; the net is its square of noise, bent until it fits."
)
DIGITS_HELP = (
    "Twenty-five pieces of noise, always the same ones. The generator turns each into a picture; at first into fog. "
    "Nobody shows it how: it only hears from the discriminator what looked wrong."
)
EXPLAINED = """
<h4>The duel</h4>
<p>The discriminator sees real and invented examples and learns to answer “how real is this?”. The generator never sees a
real example. It learns from one thing only: in which direction the discriminator's answer would rise. When both improve at
the same pace, the inventions drift towards the real thing until the discriminator can only guess: D(x) and D(G(z)) meet at
one half.</p>
<h4>Why it goes wrong</h4>
<ul>
<li><b>Mode collapse.</b> Nothing in the game says “be varied”. A generator that moves faster than its critic is paid best
for writing the one thing that passes, again and again.</li>
<li><b>Vanishing gradient.</b> With the first form of the loss, a discriminator that is certain gives no direction.</li>
<li><b>Oscillation.</b> Two players who answer each other's last move can chase each other forever: the game is no descent
into a valley.</li>
<li><b>An unbounded critic.</b> A Wasserstein critic measures distance only while its slope is bounded; otherwise it simply
shouts louder.</li>
</ul>
<h4>Losses and brakes</h4>
<p>Minimax and non-saturating are those of Goodfellow and others (2014); least squares, Wasserstein with clipped weights,
Wasserstein with a gradient penalty and hinge came in 2016 and 2017. R1 punishes steep slopes at real examples, spectral norm
bounds every layer, minibatch standard deviation and minibatch discrimination let the discriminator see a lack of variety,
and unrolling lets the generator think some of the discriminator's moves ahead. None of them is magic: each trades speed for
calm. For points the generator also reckons how its own move would change the moves it imagines, as the paper has it. For
pictures that misled it: it learnt to draw grey, from which an imagined critic learns next to nothing. There it only plays
against the critic of three moves later.</p>
<h4>Telling, naming, discovering</h4>
<p>The small DCGAN tells both networks which digit is meant. In an <b>AC-GAN</b> only the generator is told; the discriminator
has to name the digit, and the generator is paid for being named rightly. The fourth chart shows how sure the naming is.
<b>InfoGAN</b> has no labels. Its generator gets one of ten codes and two sliders that mean nothing, and a network that shares
the discriminator's eyes must read them back from the picture. Left to itself it may make codes of slant or thickness, so ours
begins by looking at real digits, each bent in two ways: what was bent from one picture is to be one kind, and ten kinds are
to be used equally often. That is all it is told of digits, and it is more than the paper of 2016 told. Only the table, not the
training, uses the judge. Its <b>purity</b> is the share of pictures that show the commonest digit of their code; ten codes that
all write one digit would be pure as well, so the table also counts how many digits have a code.</p>
<h4>Scores</h4>
<p>For points the truth is known, so we count: which clusters are reached, and what share of the dots lies within three
sigma of one. For digits an independent classifier, the judge, reads 500 of them. <b>Inception Score (judge)</b> is high when it is
sure of each and finds all ten equally often; it never looks at a real digit. <b>Fréchet distance (judge)</b> compares the judge's
features of real and invented digits; nought is best, and 500 digits make it read a little high. Clothes have a judge of
their own, which real ones fool as well: a shirt, a pullover and a coat are much alike on 28 × 28 pixels. Papers compute both with
another network (Inception-v3), so these numbers compare runs here, not papers. With labels, covering all ten is no feat: the
network is told which to write.</p>
<h4>Honest limits</h4>
<p>Everything computes on one thread of a shared machine. When many watch, each gets a turn and all slow down. A run is
forgotten three minutes after you leave or pause it. The dots and pictures shown come from a running average of the
generator's weights where it says so, which hides some of the jitter of training.</p>
<p class="cite">Goodfellow et al. 2014 · Radford et al. 2016 (DCGAN) · Salimans et al. 2016 (minibatch discrimination) · Chen et al. 2016
(InfoGAN) · Odena et al. 2017 (AC-GAN) · Ji et al. 2019 and Chen et al. 2020 (views) · Mao et al. 2017 (LSGAN) · Arjovsky
et al. 2017 (WGAN) · Gulrajani et al. 2017 (WGAN-GP) · Heusel et al. 2017 · Metz et al. 2017 (unrolled) · Mescheder et al. 2018
(R1) · Miyato et al. 2018 (spectral norm) · Karras et al. 2018 · MNIST: LeCun, Cortes
and Burges, CC BY-SA 3.0 · Fashion-MNIST: Xiao, Rasul and Vollgraf, 2017, MIT licence</p>
"""

TARGETS = {
    "blob": "One blob", "ring": "Ring of 8", "grid": "Grid of 25", "spiral": "Spiral", "moons": "Two moons",
    "strokes": "Draw your own",
}  # fmt: skip
RANGES = (  # what can be turned: key, title, least, most, step; learning rates in powers of ten
    ("d_rate", "Learning rate of D", -5, -1, 0.1),
    ("g_rate", "Learning rate of G", -5, -1, 0.1),
    ("d_steps", "Moves of D in a step", 0, 10, 1),
    ("g_steps", "Moves of G in a step", 0, 10, 1),
    ("momentum", "Momentum (Adam β₁)", 0, 0.95, 0.05),
    ("r1", "R1 penalty", 0, 2, 0.02),
    ("unrolled", "Unrolled steps", 0, 8, 1),
)
SWITCHES = {
    "spectral": "Spectral norm in D", "spread": "Minibatch standard deviation",
    "minibatch": "Minibatch discrimination", "average": "Show the average of G’s weights",
}  # fmt: skip
