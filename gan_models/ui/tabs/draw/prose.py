"""Every sentence of the tab in which a drawing becomes a picture."""

from gan_models.ui.tour import Step

TAB = "Draw"
ABOUT = "Draw a shoe, a bag or a house front, and watch it become a photograph while the pen moves, with as much of the discriminator's influence as you like."
LEAD = "Draw a few lines and they become a shoe or a bag; put coloured boxes together and they become a house. It is painted while you draw."
SUBJECTS = {"things": "Shoes and bags", "facades": "House fronts"}
CREDIT = "Learned from edges2shoes and edges2handbags (Isola et al., 2017) and CMP Facades (Tylecek and Sara, 2013), for research."
EXPLAINED = """
<p><b>Pairs.</b> The network saw two thousand photographs of shoes and bags, each beside a drawing of its edges, or four
hundred house fronts, each beside a map that says what is where. From such pairs it learned to go from one side to the other.</p>
<p><b>What the discriminator is for.</b> The first lesson was plain: be as close to the photograph as you can, pixel by pixel.
But one drawing fits many photographs, and what is close to all of them is their average, which is a blur. Pull the slider to
the left and you see that lesson’s result. In the second lesson a discriminator joined. It sees the drawing and a picture, and
says of each patch whether this is the photograph or was made. It cannot be pleased by a blur, because no photograph is one.</p>
<p><b>The slider between them.</b> The second network began with the weights of the first. So one can walk from one to the
other in a straight line, weight by weight, and every stop on the way paints.</p>
<p><b>The colour</b> comes in beside the drawing. Without it the network would have to guess, and a guess between red and blue is
mud.</p>
<p><b>The discriminator’s map.</b> Every spot is its opinion on the patches around it: blue where it takes them for a
photograph, orange where it does not.</p>
<h4>Why it goes wrong</h4>
<ul>
<li>It knows shoes and bags and nothing else. Draw a cat, and you get a cat made of leather.</li>
<li>It was shown side views on white paper that fill most of the sheet. Small or tilted things confuse it.</li>
<li>Sketches were made for it from the edges of photographs: thick, thin, wavering, with gaps. Yours may be unlike them all.</li>
<li>Lines left open leak: it has to guess what is inside.</li>
<li>It has seen four hundred houses, most of them in Prague and Vienna. What it has not seen, it cannot build.</li>
</ul>
<p>Your drawing is not kept on the server.</p>
<p class="cite">Isola et al., <em>Image-to-Image Translation with Conditional Adversarial Networks</em>, 2017. Two scales and feature
matching: Wang et al., <em>High-Resolution Image Synthesis with Conditional GANs</em>, 2018.</p>
"""
TOUR = Step(
    ring=".ga.draw .starts",
    reach="button",
    clear=".ga.draw .easel",
    title="Lines become leather",
    say="A network learned from drawings beside photographs, and paints what you draw.",
    invite="Choose a drawing to begin with, and draw on.",
)
