"""Every sentence of the tab in which horses become zebras."""

from gan_models.ui.tour import Step

TAB = "Horse to zebra"
ABOUT = "Turn a horse into a zebra or an ink painting, and back, in any photo, a short clip, or live from the camera, and see where the discriminator believes it."
TOUR = Step(
    ring=".ga.horses .examples",
    reach="button",
    clear=".ga.horses .easel",
    title="Stripes for a horse",
    say="Two networks learned to turn horses into zebras and back, without ever seeing a pair.",
    invite="Choose an animal.",
)
LEAD = (
    "Nobody ever photographed the same animal twice, once as a horse and once as a zebra. Two networks learned to turn "
    "one into the other all the same. Two more learned it of photographs and ink paintings."
)
EXAMPLES = {
    "meadow": "A brown horse in a meadow",
    "zebra": "A zebra on grass",
    "field": "A pony in a field",
    "pale": "A white horse",
    "head": "A zebra’s head",
    "ink": "A horse in ink",
}
KNOWN_WAYS = {"ink": "ink_to_horse"}  # of examples that are guessed wrong
FAILURES = {
    "riders": (
        "The rider.",
        "Saddle, legs and a blurred crowd: it loses the horse between them, and half of the coat stays as it was.",
    ),
    "black": ("The black horse.", "Dark before dark trees, it goes unseen: no stripe lands on it."),
    "beach": (
        "The horse far away.",
        "A few pixels of horse leave little room for stripes: a blotch, or nothing at all.",
    ),
}  # name -> title, text
CREDIT = "Examples: test pictures of horse2zebra (photographs from ImageNet, collected by Zhu et al., 2017), and an ink painting in the manner of Xu Beihong, shown for research."
PAIRS = {
    "horse2zebra": ("horse", "zebra"),
    "horse2ink": ("horse", "ink"),
}  # kinds of our pairs, by the name that load knows them by
CALLED = {"ink": "ink painting"}  # what a kind is called where its name is not enough
LOST = "What got lost, four times brighter"
EXPLAINED = """
<p><b>Learning without pairs.</b> There is a heap of 958 horse pictures and a heap of 1,217 zebra pictures, and no picture in one
belongs to any picture in the other. A first network repaints horses. A critic compares its work with real zebras and
says which patches it believes. That alone is not enough: any zebra would do, whatever the horse looked like.</p>
<p><b>There and back.</b> So a second network repaints zebras as horses, and both together are held to a promise: a horse
that became a zebra and a horse again must be the horse it was. Pose, grass and sky have to survive the journey, and the
stripes are all that may change. The row “There and back” shows how well the promise is kept. This is the cycle in CycleGAN.</p>
<p><b>A change and a mask.</b> Our networks do not paint a new picture. They propose a change and a mask that says where to
make it. Where the mask is empty, your picture stays as it was. The strength slider multiplies that change. In their second
lesson they saw flowers, house fronts and faces as well, and paid for every change to those, and to what a classifier of
photographs took for no animal. In the last one zebras were compared as whole pictures, too, and not patch by patch alone:
only then was there enough zebra in them. Beside the animals, a fifth of the change is left.</p>
<p><b>A second look.</b> Where the mask stays nearly empty, the network sees a brighter copy of your picture, in which a black
coat stands out from its shadow; and where it found nothing at all, four enlarged quarters as well, unless there is no animal to
look for. What it finds that way is added, as dark or as small as it was.</p>
<p><b>Ink.</b> A second pair learned from nothing by the same script, with 364 Chinese ink paintings of horses in place of the
zebras, in 79 minutes of one processor core. There the whole page may change, and the promise is the only thing that keeps the horse. Its critics
stayed at home, so nobody judges.</p>
<p><b>Large pictures</b> are shown to the network with the shorter side at 256 pixels. What it changes is enlarged and added to
your picture, so what did not change keeps its detail. The download has your picture’s own size.</p>
<p><b>Clips.</b> Of a clip the first ten seconds are turned, twelve frames a second, at most 512 pixels wide and without their sound. Seen
one by one, two frames get two different sets of stripes, and the coat boils. So the change in one frame follows the motion of the
picture into the next (optical flow) and makes nearly all of the change there, where both frames agree. Of a meadow filmed
by a moving camera, apart from the motion, the film then changes 1.08 times as much as the clip does, instead of 3.9 times, and
its stripes are a fifth paler (measured before the last lesson).</p>
<p><b>The critic’s map.</b> Every spot is the critic’s opinion on a patch of 70 pixels around it: blue where it takes it for a
photograph of the animal, orange where it does not. It looks for texture, not for sense: a lawn may please it more than a
horse.</p>
<h4>Why it goes wrong</h4>
<ul>
<li>It learned from about two thousand pictures. What they hardly show, such as riders, saddles and drawings, it cannot know.</li>
<li>It changes coats, not bodies. A zebra’s short mane stays on the horse, a long one on the zebra.</li>
<li>It is not sure where an animal ends. A ring of stripes may stay around a horse, and a dark one before dark trees goes unseen.</li>
<li>Between photograph and ink, grass and leaves become brush strokes, and empty paper becomes a meadow that nobody painted.</li>
<li>The promise can be kept by cheating: a faint trace of the horse hidden in the zebra is enough to bring it back.</li>
<li>The critics saw horses, zebras and fakes, nothing else: they believe in a flower as much as in a horse. So what is in the
picture is read off from the inner features of all four networks, by a judge that was shown flowers, house fronts and faces as
well. Of a hundred horses or zebras it calls four “neither”, and eighty to a hundred of a hundred other pictures.</li>
</ul>
<p>Your picture stays in the server’s memory for at most half an hour after its last use, and is never written to disk. Frames
from the webcam are not kept at all.</p>
<p class="cite">Zhu et al., <em>Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks</em>, 2017. The mask: Mejjati et
al., 2018; Tang et al., 2019. Small networks: Li et al., <em>GAN Compression</em>, 2020. A trace in the picture: Chu et al.,
<em>CycleGAN, a Master of Steganography</em>, 2017.</p>
"""
