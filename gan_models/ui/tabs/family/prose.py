"""Every sentence of the family tree: who descends from whom, and what each brought into the family.

The year is that in which a paper was first shown to the public, as a preprint or at its conference.
"""

from gan_models.ui.tabs.family.relative import Relative

TAB = "Family tree"
ABOUT = "Twenty-five relatives since 2014, a line on each, and where on the page one meets what it brought."
LEAD = (
    "Every GAN here descends from one idea of 2014. Choose a relative to see what it brought into the family, and where on "
    "this page you can meet it."
)
BRANCHES = {
    "calm": "Calmer games",
    "sharp": "Sharper pictures",
    "told": "Told what to draw",
    "change": "Picture to picture",
    "holes": "Filling holes",
}

FAMILY = (
    Relative(
        "gan", "GAN", 2014, "sharp", (), "Goodfellow and seven others", "Generative Adversarial Nets",
        "the first duel",
        "Two networks against each other: one invents, one tells real from invented, and each becomes the other’s teacher. It "
        "wrote grey digits and blurred faces, and everything else here followed.",
        "watch-it-learn", "Train the duel of 2014 yourself, on dots or on digits.",
    ),
    Relative(
        "cgan", "Conditional GAN", 2014, "told", ("gan",), "Mirza and Osindero", "Conditional Generative Adversarial Nets",
        "told which digit",
        "Both networks are also told what the picture should show. So one can ask for a seven and get a seven.",
        "digits", "Type a number: each digit is asked for by name.", "python -m gan_models.cgan.train",
    ),
    Relative(
        "dcgan", "DCGAN", 2015, "sharp", ("gan",), "Radford, Metz and Chintala",
        "Unsupervised Representation Learning with Deep Convolutional GANs",
        "convolutions, arithmetic",
        "A plan of convolutional layers that trained without falling over, and the discovery that one can calculate with "
        "faces: smiling woman − woman + man.",
        "arithmetic", "Do the famous sum with your own choice of faces.", "python -m gan_models.dcgan.train --recipe plain",
    ),
    Relative(
        "context", "Context Encoders", 2016, "holes", ("dcgan",), "Pathak, Krähenbühl, Donahue, Darrell and Efros",
        "Context Encoders: Feature Learning by Inpainting",
        "paints into a gap",
        "Cuts a square out of a photograph and fills it again. A critic punishes the blur that averaging alone would leave.",
        "inpaint", "Its great-grandchildren fill any shape you brush.",
    ),
    Relative(
        "acgan", "AC-GAN", 2016, "told", ("cgan",), "Odena, Olah and Shlens",
        "Conditional Image Synthesis with Auxiliary Classifier GANs",
        "the critic also names it",
        "The critic has to name what it sees as well as judge it. With that, one recipe drew all thousand classes of ImageNet, "
        "a hundred networks sharing them out.",
        "watch-it-learn", "Watch one train on digits, under “Digits or clothes”, with its critic’s certainty as a chart.",
    ),
    Relative(
        "infogan", "InfoGAN", 2016, "told", ("gan",), "Chen, Duan, Houthooft, Schulman, Sutskever and Abbeel",
        "InfoGAN: Interpretable Representation Learning by Information Maximizing Generative Adversarial Nets",
        "finds kinds by itself",
        "Nobody tells it what to draw. It gets a code that must be readable in its picture, and so finds out by itself that "
        "there are ten digits, and that they lean.",
        "watch-it-learn", "Under “Digits or clothes”: ten codes become ten digits, and a table says which.",
        row=1,
    ),
    Relative(
        "pix2pix", "pix2pix", 2016, "change", ("cgan",), "Isola, Zhu, Zhou and Efros",
        "Image-to-Image Translation with Conditional Adversarial Networks",
        "from pairs of pictures",
        "Turns maps into aerial photographs and sketches into handbags, learned from pairs. Its critic judges patch by patch "
        "rather than the whole.",
        "draw", "Draw a shoe and watch it being painted; the slider takes the discriminator away again.",
        "python -m gan_models.pix2pix.train --kind drawing",
    ),
    Relative(
        "lsgan", "LSGAN", 2016, "calm", ("gan",), "Mao, Li, Xie, Lau, Wang and Smolley",
        "Least Squares Generative Adversarial Networks",
        "distance as a score",
        "Instead of a verdict of yes or no, the critic’s answer is pulled towards a number. Inventions that already pass still "
        "learn how far off they are.",
        "watch-it-learn", "Choose least squares as the loss, under “More to turn”.", "python -m gan_models.cyclegan.train",
    ),
    Relative(
        "stackgan", "StackGAN", 2016, "told", ("cgan",), "Zhang, Xu, Li, Zhang, Wang, Huang and Metaxas",
        "StackGAN: Text to Photo-realistic Image Synthesis with Stacked Generative Adversarial Networks",
        "from words, in two stages",
        "A sentence becomes a small draft, and draft and sentence become a larger picture. Birds and flowers from words looked "
        "like photographs for the first time.",
        "words", "Write what a flower looks like; draft and picture stand side by side.",
        "python -m gan_models.stackgan.train --stage 1", row=3,
    ),
    Relative(
        "wgan", "WGAN", 2017, "calm", ("gan",), "Arjovsky, Chintala and Bottou", "Wasserstein GAN",
        "how much earth to move",
        "The critic measures how far one heap of pictures would have to be shovelled to become the other. That distance still "
        "points the way when the two do not overlap at all.",
        "watch-it-learn", "Choose Wasserstein, or press the preset whose critic is not held back.",
        row=1,
    ),
    Relative(
        "wgangp", "WGAN-GP", 2017, "calm", ("wgan",), "Gulrajani, Ahmed, Arjovsky, Dumoulin and Courville",
        "Improved Training of Wasserstein GANs",
        "a price on steepness",
        "Rather than clipping the critic’s weights it charges for slopes that are not one. For years this was the recipe that "
        "simply worked.",
        "watch-it-learn", "Choose Wasserstein with a gradient penalty and compare it with clipping.",
    ),
    Relative(
        "cyclegan", "CycleGAN", 2017, "change", ("pix2pix", "lsgan"), "Zhu, Park, Isola and Efros",
        "Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks",
        "there and back, without pairs",
        "Learns to turn horses into zebras from two heaps of photographs without a single pair: whatever goes there must come "
        "back as it was.",
        "horse-to-zebra", "Send a picture there and back, and see what got lost.", "python -m gan_models.cyclegan.train",
    ),
    Relative(
        "progan", "Progressive GAN", 2017, "sharp", ("dcgan", "wgangp"), "Karras, Aila, Laine and Lehtinen",
        "Progressive Growing of GANs for Improved Quality, Stability, and Variation",
        "grows from 4 pixels to 1,024",
        "Begins with pictures of 4 × 4 pixels and grows layer by layer to 1,024 × 1,024. Faces became convincing. Its critic "
        "also looks at a whole batch, to notice when all are alike.",
        "watch-it-learn", "That look at the batch (minibatch standard deviation) is a switch under “More to turn”.",
    ),
    Relative(
        "r1", "R1", 2018, "calm", ("wgangp",), "Mescheder, Geiger and Nowozin",
        "Which Training Methods for GANs do actually Converge?",
        "level ground at the truth",
        "Proved on a tiny example that many recipes circle for ever, and that a price on the critic’s slope at real pictures "
        "makes the game settle.",
        "sample", "Our faces were trained with it.", "python -m gan_models.dcgan.train",
    ),
    Relative(
        "sngan", "SN-GAN", 2018, "calm", ("wgangp",), "Miyato, Kataoka, Koyama and Yoshida",
        "Spectral Normalization for Generative Adversarial Networks",
        "every layer held back",
        "Limits how much each layer of the critic may stretch anything. It costs next to nothing, and nearly everybody adopted it.",
        "inpaint", "The critic that marks painted patches is built this way.", "python -m gan_models.inpainting.train",
        row=1,
    ),
    Relative(
        "projection", "Projection critic", 2018, "told", ("acgan", "sngan"), "Miyato and Koyama",
        "cGANs with Projection Discriminator",
        "picture meets label",
        "The critic compares picture and label by an inner product: are the two pointing the same way? Simpler than naming "
        "what it sees, and better.",
        "digits", "The critic of our digits; its belief stands under each of them.", "python -m gan_models.cgan.train",
    ),
    Relative(
        "freeform", "Free-form inpainting", 2018, "holes", ("context", "sngan"), "Yu, Lin, Yang, Shen, Lu and Huang",
        "Free-Form Image Inpainting with Gated Convolution",
        "holes of any shape",
        "Fills scribbles of any shape. Gates learn which pixels are known, which are invented, and whom to believe.",
        "inpaint", "Brush a scribble over a face.",
    ),
    Relative(
        "sagan", "SAGAN", 2018, "told", ("projection", "sngan"), "Zhang, Goodfellow, Metaxas and Odena",
        "Self-Attention Generative Adversarial Networks",
        "looks across the picture",
        "A convolution sees its neighbourhood only. With attention each spot of a picture looks at all the others before it is "
        "painted, so that a dog’s legs agree on how many they are.",
        "sample", "Choose “Ten things” and point at the picture: it shows where the network looked.",
        "python -m gan_models.biggan.train",
        row=1,
    ),
    Relative(
        "biggan", "BigGAN", 2018, "told", ("sagan",), "Brock, Donahue and Simonyan",
        "Large Scale GAN Training for High Fidelity Natural Image Synthesis",
        "large, and truncated",
        "The same game with batches of two thousand pictures: dogs and teapots that pass for photographs. Shortening the noise "
        "trades variety for quality, the truncation trick.",
        "sample", "Its small sister paints “Ten things”: mix two of them, and drag Truncation to see the trade.",
        "python -m gan_models.biggan.train",
        row=3,
    ),
    Relative(
        "stylegan", "StyleGAN", 2018, "sharp", ("progan", "r1"), "Karras, Laine and Aila",
        "A Style-Based Generator Architecture for Generative Adversarial Networks",
        "style at every scale",
        "The noise becomes a style that enters at every scale: pose at the coarse ones, freckles at the fine ones. This is the "
        "face behind “this person does not exist”.",
        "sample", "Choose “Faces from styles”: sliders, a board of mixed styles, and your own face.",
        "python -m gan_models.stylegan.train",
    ),
    Relative(
        "compression", "GAN Compression", 2020, "change", ("cyclegan",), "Li, Lin, Ding, Liu, Zhu and Han",
        "GAN Compression: Efficient Architectures for Interactive Conditional GANs",
        "a twentieth of the work",
        "Shrinks a trained translator by teaching a small one to follow the large. CycleGAN’s horses need 21 times less "
        "arithmetic that way.",
        "horse-to-zebra", "Our translator is built from the same kind of light blocks, to run without a graphics card.",
    ),
    Relative(
        "aot", "AOT-GAN", 2021, "holes", ("freeform",), "Zeng, Fu, Chao and Guo",
        "Aggregated Contextual Transformations for High-Resolution Image Inpainting",
        "looks near and far",
        "Each layer looks at near and far surroundings at once, and the critic has to point at the painted patches instead of "
        "judging the whole.",
        "inpaint", "Ours follows its plan, and under “Another painter” the published one can be fetched.",
        "python -m gan_models.inpainting.train",
    ),
    Relative(
        "projected", "Projected GAN", 2021, "sharp", ("stylegan",), "Sauer, Chitta, Müller and Geiger",
        "Projected GANs Converge Faster",
        "a critic that can see already",
        "The critic looks through the eyes of a network that already knows photographs, so it need not learn to see. Days of "
        "training became hours.",
        "sample", "This is how our faces became sharp on a single processor core.", "python -m gan_models.dcgan.train",
    ),
    Relative(
        "ddgan", "DDGAN", 2021, "told", ("cgan",), "Xiao, Kreis and Vahdat",
        "Tackling the Generative Learning Trilemma with Denoising Diffusion GANs",
        "marries into diffusion",
        "Diffusion models, the rival family, clear noise away in a thousand small steps. In a denoising diffusion GAN a "
        "conditional GAN takes each step, and a few large ones are enough.",
        "sample", "Not trained here. Every generator on this page needs one step, which is why a slider can be that quick.",
        row=2,
    ),
    Relative(
        "r3gan", "R3GAN", 2024, "calm", ("r1", "stylegan"), "Huang, Gokaslan, Kuleshov and Tompkin",
        "The GAN is dead; long live the GAN! A Modern GAN Baseline",
        "the tricks go, the game stays",
        "With a critic that compares real and invented in pairs, and a price on its slope at both, a plain modern network does "
        "better than StyleGAN2 with all its tricks.",
        "watch-it-learn", "Switch R1 on under “More to turn” when a game runs in circles.",
    ),
)  # fmt: skip
CITE = (
    "Years are those of the first public version; solid lines lead to the nearest ancestor, dashed ones to others it took "
    "something from. A family has many more members than fit here."
)
