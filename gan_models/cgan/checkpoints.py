"""Our digit GAN, and a public one on the Hub."""

from gan_models.cgan.hub_networks import ConditionalDCGANGenerator
from gan_models.cgan.networks import DigitDiscriminator, DigitGenerator
from gan_models.core.checkpoint import Checkpoint, by_name, ours
from gan_models.data.mnist import ABOUT as MNIST

CHECKPOINTS = by_name(
    ours(
        name="digits-generator",
        build=DigitGenerator,
        file="digits_generator.safetensors",
        sha256="0aeb87de386ff165bde0c78cdaa43c8cfb0824cee0a5f64b6f7a2ee720a83bf0",
        resolution=28,
        channels=1,
        parameters=628_705,
        training_data=MNIST,
        paper="Mirza and Osindero (2014), Conditional Generative Adversarial Nets",
        summary="Writes a digit of a chosen class in a chosen style.",
        training="11,400 steps of 64 digits, Adam at 1e-3 falling to 1e-4, about an hour on one CPU core, 190 digits a second",
        metrics={
            "Label accuracy of 10,000 generated digits, as the classifier reads them": "99.94 %, worst class (7) 99.80 %",
            "Classifier trained on 60,000 generated digits alone, on the real test set": "99.36 % (on real: 99.66 %)",
            "Frechet distance in the classifier's 128 features, 10,000 generated to 10,000 test digits": "0.07 (training digits: 0.02)",
            "One style is one handwriting: mean correlation of a class with the nine others, 200 styles": "slant 0.95, weight 0.93, width 0.82",
            "A slider from -2 to 2 changes its own quantity, in standard deviations": "slant 3.5, weight 3.4, width 3.6",
            "and any other by at most": "slant 0.5, weight 0.9, width 0.1, flourish 0.1",
        },
    ),
    ours(
        name="digits-critic",
        build=DigitDiscriminator,
        file="digits_critic.safetensors",
        sha256="08d1c21a78c5e8fc190f9f8898a5a6499d3b9115669798bc2794be50a8725e10",
        resolution=28,
        channels=1,
        parameters=403_809,
        training_data=MNIST,
        paper="Miyato and Koyama (2018), cGANs with Projection Discriminator",
        summary="The generator's opponent: says how real a digit of a given class looks.",
        metrics={
            "Belief, median (80 % of 1,000)": "generated 47 % (39 to 53), real test digits 49 % (41 to 57)",
            "“Real or fake?”, 1,000 pairs, right in": "72 % (digits it never saw: 63 %; longer side and pale greys, measured: 90 %)",
        },
    ),
    Checkpoint(
        name="digits-cgan-mnist",
        build=ConditionalDCGANGenerator,
        file="generator.pth",
        sha256=None,
        embedded=False,
        repo_id="hussamalafandi/cGAN-MNIST",
        revision="main",
        resolution=64,
        channels=1,
        parameters=3_984_756,
        training_data="MNIST",
        licence="see the repository",
        paper="Mirza and Osindero (2014); Radford et al. (2016)",
        summary="A public conditional DCGAN by Hussam Alafandi, 64x64.",
    ),
)
