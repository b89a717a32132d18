"""Every sentence of the tab in which words become flowers."""

from gan_models.ui.tour import Step

TAB = "Words"
ABOUT = "Write what a flower looks like and have it painted in two stages, exchange single words, and walk from one sentence to another."
FIRST = "a red hibiscus"
LEAD = "Say in words what a flower looks like. Two networks paint it, one after the other: first a draft, then the picture."
SENTENCES = (
    "a red hibiscus", "a yellow sunflower", "a purple petunia", "a white water lily", "this flower has red petals",
    "a pink and white flower", "an orange marigold", "a blue flower with many petals",
)  # fmt: skip
FAVOURITES = (  # kinds that are offered for exchange, of the 102
    "sunflower", "water lily", "passion flower", "rose", "hibiscus", "petunia", "oxeye daisy", "daffodil", "gazania",
    "frangipani", "bearded iris", "purple coneflower", "common dandelion", "tiger lily", "windflower", "cyclamen",
)  # fmt: skip
CREDIT = "Learned from Oxford's 102 flowers (Nilsback and Zisserman, 2008) and sentences of Reed et al. (2016), for research."
EXPLAINED = """
<p><b>Words become numbers.</b> A small network reads the sentence from both ends and says in 128 numbers what it means. It
learned that from pictures: the numbers of a sentence had to lie near those of the flowers it is true of, and far from the others.</p>
<p><b>Two stages.</b> The first painter gets these numbers and some chance, the <em>seed</em>, and paints a draft of 32 × 32
pixels. The second sees the draft, reads the sentence again, and paints 64 × 64 pixels: it mends shapes and adds what the draft
left out. To learn both at once from nothing had failed for years; one after the other it works.</p>
<p><b>Not any flower will do.</b> The discriminator is shown three kinds of pairs: a photograph and a sentence that is true of
it, a painted flower and its sentence, and a photograph with a sentence about <em>another</em> flower. Only the first is right. So
a painter who ignores the words loses, however pretty the flower.</p>
<p><b>Exchange a word</b> and keep the seed: what chance decided, such as pose and surroundings, tends to stay; what the word
says changes.</p>
<h4>Why it goes wrong</h4>
<ul>
<li>It has seen 7,374 flowers of 102 kinds and nothing else. “A dragon” is no word to it; the page says which words it does not know.</li>
<li>Its sentences said kind and colour and little more. “Five petals” or “a bee on it” it reads, but it never learned to count, or what a bee is.</li>
<li>A blue sunflower never was. Where words contradict what it saw, one of them loses.</li>
<li>64 pixels are few. “Enlarge” lets the network of the tab Restore guess what four times as many would show.</li>
</ul>
<p class="cite">Zhang et al., <em>StackGAN</em>, 2017. Reed et al., <em>Generative Adversarial Text to Image Synthesis</em>, 2016.</p>
"""
TOUR = Step(
    ring=".ga.words .sentence",
    reach="input",
    clear=".ga.words .easel",
    title="Say it with words",
    say="A network that reads paints what you write.",
    invite="Write “a purple rose”, or exchange one word.",
)
