"""Every sentence of the tab in which photographs are restored."""

from gan_models.ui.tour import Step

TAB = "Restore"
ABOUT = "Enlarge a photo of yours four times, give it colours that it may have had, or see what may lie beyond its edges; what was there before stands beside it."
TOUR = Step(
    ring=".ga.restore .examples",
    reach="button",
    clear=".ga.restore .easel",
    title="Sixteen times the pixels",
    say="A network that has seen many sharp photographs enlarges a small one, and makes up what is missing.",
    invite="Choose a picture, and pull the slider.",
)
LEAD = "Make a photograph larger, give it colours, or let it go on beyond its edges. Most of what you see then was never in it."
MODES = {"enlarge": "Enlarge", "colour": "Colour", "uncrop": "Uncrop"}
EXAMPLES = {"cat": "A cat", "coffee": "A cup of coffee", "astronaut": "An astronaut"}
CREDIT = (
    "Examples: a cat by Stefan van der Walt and a cup of coffee by Rachel Michetti (both CC0), Eileen Collins by NASA "
    "(public domain); made four times smaller, grey or narrower before a network sees them."
)
KEPT = """
<p>Your picture stays in the server’s memory for at most half an hour after its last use, and is never written to disk.</p>
"""
ENLARGE = """
<p><b>Where does the detail come from?</b> Enlarged four times, a picture has sixteen times as many pixels, and fifteen of
every sixteen are made up. The network learned from sharp photographs, each beside its copy at a quarter of the size, what
small things tend to be: a dark line between two greens is a stem, a row of bright specks an eyelash.</p>
<p><b>Faithful.</b> The first lesson was to come as close to the photograph as possible, pixel by pixel. One small picture fits
many photographs, and what is close to all of them is their average. So it is right, and a little soft.</p>
<p><b>Inventive.</b> The second lesson had a discriminator in it. It sees a patch of an enlargement and the same patch of the
photograph, and says which of the two looks more real. No average passes there: the network has to decide for one of the
many photographs, and draws its hairs and its grain.</p>
<p><b>The slider between them</b> mixes the weights of the two networks, which began as one. Every stop on the way is a network
of its own.</p>
<p><b>Tile by tile.</b> A pixel of the result depends on 21 pixels around its place and on nothing else. So a large picture is
cut into tiles that overlap by a little more than that, and no seam is left.</p>
<h4>Why it goes wrong</h4>
<ul>
<li>What it invents looks like what was there and need not be it. It is no evidence of anything: not of a face, not of a number
plate.</li>
<li>It has learned from pictures that were made small cleanly. The blocks of a JPEG and the grain of a film are enlarged too, as if
somebody had wanted them.</li>
<li>Writing and small faces come back wrong: it knows how edges look, not what letters mean.</li>
<li>All the way to the right, stones, grass and bark may carry small dark specks.</li>
</ul>
<p class="cite">Ledig et al., <em>Photo-Realistic Single Image Super-Resolution Using a Generative Adversarial Network</em>, 2017. The mixed
weights and the discriminator that compares: Wang et al., <em>ESRGAN</em>, 2018.</p>
"""
COLOUR = """
<p><b>Where do the colours come from?</b> A grey photograph says how light each spot is and nothing else. The network saw two
thousand photographs, each beside itself without colours: meadows, animals, flowers, faces, house fronts. So it knows what
tends to have which colour. It does not know yours.</p>
<p><b>Several answers.</b> Beside the light the network is told a tint: how warm the picture is on the whole, and how colourful.
The second answer aims at the average of its photographs, the others at tints that some of them have. It has no other noise:
one tint, one answer.</p>
<p><b>Careful and colourful.</b> The first lesson was to come close to the photograph. Where a coat may be red or blue, what is
close to both is neither, so it stays pale. In the second lesson a discriminator joined, which knows how colourful photographs
are. The slider mixes the weights of the two networks.</p>
<p><b>The light stays.</b> The network sees a copy of 128 pixels and says only how far red and blue lie above the light. That is
enlarged along the edges of your photograph. Made grey again, the result is what you brought, to the last pixel.</p>
<h4>Why it goes wrong</h4>
<ul>
<li>It is small and saw little. What it is not sure of takes on the tint of the whole, like an old print.</li>
<li>Small things are coloured as what surrounds them. A flag, a tie and painted lips are guesses.</li>
<li>Skin is often given the tint of the background, more so with the darker or the paler than the average of its faces.</li>
</ul>
<p class="cite">Isola et al., <em>Image-to-Image Translation with Conditional Adversarial Networks</em>, 2017. Colour that follows the edges:
He et al., <em>Guided Image Filtering</em>, 2013.</p>
"""
UNCROP = """
<p><b>What is it made of?</b> Two guesses, one laid over the other. Near the edge the picture is mirrored, as a painter would
continue a meadow by looking at it. Farther out a network takes over: the one of the tab Inpaint, to which all that is new is
one large hole.</p>
<p><b>Faces.</b> That network has seen faces and nothing else. So where the edge cuts a face off, the face is its own from the edge
on, and it adds the forehead, the ear or the chin that must be there.</p>
<p><b>Only mirrored, only painted.</b> Choose either below the picture to see which part comes from where.</p>
<h4>Why it goes wrong</h4>
<ul>
<li>Of landscapes, animals and rooms the network knows only which colours go on. What it paints there is mist, and so no
more than a quarter is added on each side.</li>
<li>A thing at the very edge has a twin in the mirror.</li>
<li>A face from the side or half in the dark is not found, and is mirrored like anything else.</li>
</ul>
<p class="cite">Yu et al., <em>Free-Form Image Inpainting with Gated Convolution</em>, 2019; the painter is described in the tab Inpaint.</p>
"""
EXPLAINED = {name: words + KEPT for name, words in {"enlarge": ENLARGE, "colour": COLOUR, "uncrop": UNCROP}.items()}
