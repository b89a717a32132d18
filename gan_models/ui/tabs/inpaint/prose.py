"""Every sentence of the tab in which part of a face is brushed away and comes back."""

from gan_models.ui.tour import Step

TAB = "Inpaint"
ABOUT = "Brush part of a face away and compare four answers; every pixel outside the brush stays what it was, byte for byte."
TOUR = Step(
    ring=".ga.inpainting .quick",
    reach="button",
    clear=".ga.inpainting .easel",
    title="A gap, and four guesses",
    say="Take part of a face away, and a network makes up what could have been there.",
    invite="Press Eyes.",
)
LEAD = "Brush part of a face away, and a network makes up what could have been there. It never gives just one answer."
EXAMPLES = (
    "Grace Hopper, 1984 (U.S. Navy)", "Eileen Collins, 1998 (NASA)",
    "The average of 400 young women", "The average of 400 young men",
    "The average of 400 older women", "The average of 400 older men",
)  # fmt: skip
EXPLAINED = """
<p><b>The painter</b> (the <em>generator</em>) sees the picture with the hole in it. First the colours around the hole
run into it smoothly, as water-colours would. Then the painter, who has seen 17,727 portraits, adds what is missing: an
eye where an eye must be, because the other one is there. Some of its layers look at near neighbours, some far across the
face, and one compares every place with every other.</p>
<p><b>Why four answers?</b> Nobody can know what was behind the brush. So the painter is also given random numbers, and
was punished while it learned when two answers to one hole were the same. The seeds under “Four others” are those
numbers; the same seed gives the same face again.</p>
<p><b>The critic</b> was shown finished pictures and had to point at the patches that were filled in. Its map lies over the
result: the warmer a patch, the surer the critic is that it was painted. Where it is wrong, the painter has won.</p>
<p><b>Only the hole changes.</b> The network works on a square of 128 × 128 pixels, turned so that the eyes lie level. What it
paints is enlarged, matched to the colours at the edge, and put back inside the hole. Every other pixel of your photo stays
exactly what it was, at full size; the download is a PNG for that reason.</p>
<h4>Why it goes wrong</h4>
<ul>
<li>128 pixels are few. In a large photo the answer that you look at is made sharper a moment later, by the network of the tab
Restore; what the painter left out it cannot know either.</li>
<li>It learned from faces seen from the front, cut closely. From the side, with hands in front of them, or far outside the
face it guesses badly; beyond the square it only carries colours inwards.</li>
<li>It does not know you. It paints a likely eye, not yours. Remove glasses, and the eyes behind them are invented.</li>
<li>The faces it learned from were collected from the web, with more of some ages and skin colours than of others. Its guesses
lean the same way.</li>
<li>The more is hidden, the more average the answer: a hole over half of the face comes back smooth and symmetrical.</li>
</ul>
<p>Your picture stays in the server’s memory for at most half an hour, to answer your next stroke, and is never written to
disk.</p>
<p class="cite">Yu et al., <em>Free-Form Image Inpainting with Gated Convolution</em>, 2019. Zeng et al., <em>Aggregated
Contextual Transformations</em> (AOT-GAN), 2021. Zhao et al., <em>UCTGAN: Diverse Image Inpainting</em>, 2020. Telea, <em>An Image
Inpainting Technique Based on the Fast Marching Method</em>, 2004. Viola and Jones, 2001 (finding faces).</p>
"""
