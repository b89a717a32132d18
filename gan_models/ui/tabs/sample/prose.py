"""Every sentence of the tab in which one walks through a latent space."""

from gan_models.ui.tour import Step

TAB = "Sample"
ABOUT = "Drag sliders through the latent space of faces, digits or ten kinds of things, step to a neighbour, make a film between two pictures, mix two faces, find your own face, see where a network looked, look inside it, or open a GAN that you trained on the page."
TOUR = Step(
    ring=".ga.sampling .sliders .knob:nth-child(2)",
    reach="input",
    clear=".ga.sampling .paper",
    title="Pictures of nobody",
    say="A network paints whatever a list of numbers tells it, and each slider turns those numbers one way.",
    invite="Drag this slider.",
)
DIGITS = "Digits"
THINGS = "Ten things, and where it looks"
THING = "A thing that does not exist"
SMALL = (
    "A network that learned for seven minutes on a graphics card, from pictures of 32 × 32 pixels: expect the colours and the "
    "gist of a thing rather than the thing. Horses, ships and trucks come out best, birds and frogs worst."
)
LOOKING = "Point at the picture: the bright cells are where the network looked as it painted that spot."
FACES = "Faces"
PUBLIC_ALAFANDI = "Faces: a public DCGAN by Hussam Alafandi"
PUBLIC_HUGGAN = "Faces: a public DCGAN from the HugGAN sprint"
PUBLIC = (
    "Fetched from the Hugging Face Hub, 14 MB. What its sliders do is measured once, by looking at three thousand of its "
    "faces: the first touch of a slider takes half a minute. Its critic was never published."
)
DEEP = "Twenty-four things: BigGAN-deep, from the Hub"
DEEP_NOTE = (
    "Fetched from the Hugging Face Hub, 211 MB: DeepMind’s network of 2018 in the form that Hugging Face gave it, with twenty-four of "
    "its thousand classes to choose from. On a processor each picture takes about a second, so there are no neighbours here, and "
    "sliders answer when you let go. Its sliders have no names, and its critic was never published."
)
DEEP_THINGS = {
    "goldfish": 1, "jay": 17, "flamingo": 130, "golden retriever": 207, "lion": 291, "tiger": 292, "ladybug": 301,
    "monarch": 323, "zebra": 340, "African elephant": 386, "giant panda": 388, "balloon": 417, "castle": 483,
    "space shuttle": 812, "steam locomotive": 820, "teapot": 849, "ice cream": 928, "cheeseburger": 933, "strawberry": 949,
    "pizza": 963, "coral reef": 973, "geyser": 974, "volcano": 980, "daisy": 985,
}  # name -> class of ImageNet  # fmt: skip
PROGAN = "Faces: Progressive GAN, from the Hub"
PROGAN_NOTE = (
    "Fetched from the Hugging Face Hub, 92 MB: NVIDIA’s network of 2017 in the form that genforce gave it. On a processor each face "
    "takes seconds, so there are no neighbours here, sliders answer when you let go, and a path takes a minute. What you "
    "download is 1024 pixels wide. Its sliders have no names, and its critic is not on the Hub."
)
CONCEPTS = {"eyeglasses": "Glasses", "smiling": "Smile", "bangs": "Fringe", "beard": "Beard"}
STYLE_CONCEPTS = {"eyeglasses": "Glasses", "smiling": "Smile", "beard": "Beard"}
INSIDE = (
    "Half-way through, the picture is a stack of a hundred coarse maps of 16 × 16 cells, each drawn by one <em>unit</em>. Some "
    "units always fire where teeth or frames will be. For each word the twelve that the classifier misses most were "
    "looked for; turn them down and see what the rest of the network paints in their place. The eye shows where they are at work."
)
STYLES = "Faces from styles, and your own"
YOUNG = (
    "This network learned for five hours on one processor core and for twenty-one minutes on graphics cards. Shuffled among "
    "photographs of the same size, nearly as many of its chosen faces pass with strict readers: 69 of 100, of the photographs 77."
)
DRAFTS = (
    "Of every seed the network could draw many faces. A small network reads their styles, before anything is painted, and "
    "chooses the one that is likeliest to turn out well. Untick to meet the first one as it comes."
)
STYLE_SLIDERS = (
    {"label": "Smile", "low": "serious", "high": "smiling"},
    {"label": "Age", "low": "younger", "high": "older"},
    {"label": "Gender", "low": "feminine", "high": "masculine"},
    {"label": "Glasses", "low": "without", "high": "with"},
    {"label": "Beard", "low": "shaven", "high": "bearded"},
    {"label": "Turn", "low": "to the left", "high": "to the right"},
    {"label": "Light", "low": "from the left", "high": "from the right"},
)
GROUPS = ("Coarse", "Middle", "Fine")
MIXING = (
    "Every layer of this network has a style of its own. Each of nine cells is this face with some styles of the one above "
    "it: <b>coarse</b> ones of the first layer, which here decides nearly all; <b>middle</b> ones, for features; "
    "or <b>fine</b> ones, for skin and edges. Click one to keep it."
)
HOLDING = (
    "Press on a spot, such as a corner of the mouth, and pull: the style changes, step by step, until the spot has arrived. "
    "A handle that is not pulled holds its place. If the rest should stay, brush over what may move; it will try. "
    "With the keyboard: arrows, space to lay a handle, arrows to pull it, space to let go."
)
OWN = (
    "Open a photo, or use the camera: the network looks for the place from which it would draw that face, and all "
    "sliders work on it. The photo is kept in the server’s memory for half an hour after its last use, and never "
    "written to disk. You can also paste one, or drop it here."
)
FACE_SLIDERS = (
    {"label": "Smile", "low": "serious", "high": "smiling"},
    {"label": "Gender", "low": "feminine", "high": "masculine"},
    {"label": "Glasses", "low": "without", "high": "with"},
    {"label": "Fringe", "low": "open forehead", "high": "fringe"},
    {"label": "Beard", "low": "shaven", "high": "bearded"},
    {"label": "Age", "low": "younger", "high": "older"},
    {"label": "Nuance 1", "low": "one way", "high": "the other way"},
    {"label": "Nuance 2", "low": "one way", "high": "the other way"},
    {"label": "Nuance 3", "low": "one way", "high": "the other way"},
    {"label": "Nuance 4", "low": "one way", "high": "the other way"},
)
LEAD = (
    "Every picture a generator can make lies somewhere in a space of numbers. Drag a slider, step to a neighbour, or "
    "walk from one picture to another."
)
EXPLAINED = """
<p><b>A latent space is a map without names.</b> The generator turns a list of random numbers into a picture: 128 numbers
for a face, 64 for a digit. Think of the list as a place. Nearby places give similar pictures, so one can walk: each of the sixteen
neighbours is the same list with a little other noise mixed in.</p>
<p><b>A slider walks straight ahead.</b> For faces, a classifier that never saw an invented one looked at twelve thousand of
them; each slider is the direction in which its answer to one question changes, and its answers to the others hardly do.
For digits, slant, weight, width and flourish follow directions that were measured from the ink. The nuances, and all sliders of a GAN you trained yourself, have no name: a thousand samples were
drawn, and these are the directions in which they differ most. What they mean is for you to find out. On the first touch
the server draws 25 pictures along the slider at once; while your hand moves, the page leafs through them, and when it
rests you get the exact picture.</p>
<p><b>Faces from styles</b> come from a network that turns the noise into a style first, 128 numbers that each layer may be
given in its own copy (StyleGAN, Karras et al., 2019). That is why two faces can be mixed, and why a photo’s place can be
looked for: an encoder guesses the style, then sixty small steps bring the drawn face closer to the photo. Its sliders were mixed so
that each moves its own answer at least seven times as far as any other. Its last ten minutes of training did the most: they were
spent on a graphics card, against six critics, four of which look through networks that already knew photographs.</p>
<p><b>Best of 16 drafts.</b> Even a good generator sometimes draws one eye unlike the other, or a frayed cheek. So for each seed 16
lists of random numbers are drawn in place of one. Readers (language models that see, not people) marked 3,600 faces; a small
network learned from them to say of a style how well its face will turn out. The best is moved a little further the same way, and
painted; the others never are (Azadi et al., 2019, reject in the same manner what a discriminator doubts). What this costs is
variety: fewer heads turned to the side, less light from the side, more smiles. Age, gender, brightness and warmth of the faces
were kept out of its choice; what counts against a face is a colour cast, one way or the other.</p>
<p><b>Sharpened</b> means that a second network, the enlarger of the tab “Restore”, has had the picture as soon as it rests. It
learned from photographs what gets lost when they shrink, and draws lashes and strands of hair where they usually are. It knows nothing of sliders,
and critic and classifier judge what the generator painted: take the tick away to see that.</p>
<p><b>Taking hold</b> asks the features half-way through the network, 80 numbers on each of 32 × 32 cells, to be found a little nearer
to where you pull; the styles of the coarser layers give way, and the handle is looked for again. The whole face comes along, because
the network only knows whole faces: who pulls further than any face goes gets a blur.</p>
<p><b>Ten things</b> come from a network that is told what to paint: ten lists of 32 numbers stand for ten words, and half-way
between two lists lies half a cat and half a dog. At 16 × 16 cells it looks across its own picture: each cell is compared with all
others and takes something from those that suit it (self-attention). Bright cells say where it looked, not what it took there.</p>
<p><b>Truncation</b> multiplies the noise. Random lists of so many numbers nearly all have the same length, so they lie in a thin
shell around the centre. Below 1 you move inwards: tidier and more alike, for the centre is the average the network saw
most around. Above 1 you leave the shell, towards what
it hardly ever saw; this page stops you 15 % outside.</p>
<p><b>The path</b> between A and B does not cut through the middle, which would be truncation in disguise. It follows the
shell, like an aeroplane follows the globe. If A and B are different digits, the digit changes on the way as well.</p>
<h4>Why it goes wrong</h4>
<ul>
<li>Directions are measured on average. At one place <em>width</em> may drag a little weight along, and the far end of a
slider has few samples behind it: strokes break or blot.</li>
<li>This generator learned from forty thousand photographs of celebrities in four hours on one processor core.
About one face in four is malformed; old women, hats and glasses on women hardly exist for it. It knows what was photographed, not
what people look like. “Man”, “woman” and “older” are what strangers wrote beside those photographs, nothing more.</li>
<li>Half a 3 and half an 8 is no digit. On a path between classes the middle is a place where nobody ever corrected the
network.</li>
<li>A GAN trained for a minute has holes: places where the picture is mud. If its sliders do nothing, it has collapsed and
ignores its noise. That is worth seeing.</li>
<li>“Looks real” is the critic's belief, not a grade. A fair opponent is often undecided. A toy's file holds its generator
only; its critic stayed behind, so nobody can say how real its digits look. The judge, an ordinary classifier, still reads
them.</li>
</ul>
<p class="cite">White, <em>Sampling Generative Networks</em>, 2016 (paths on the sphere). Härkönen et al., <em>GANSpace</em>,
2020 (directions without labels). Brock et al., <em>Large Scale GAN Training</em>, 2019 (truncation). Shen et al.,
<em>InterFaceGAN</em>, 2020 (directions with a meaning). Pan et al., <em>Drag Your GAN</em>, 2023 (handles).</p>
"""
