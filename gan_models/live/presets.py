"""Settings worth pressing in two dimensions: one that works, and known ways to fail, with their cures."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cure:
    """What heals a failure, applied to the run as it stands, or with ``fresh`` from the start."""

    title: str
    why: str
    changes: dict[str, object]
    fresh: bool = False


@dataclass(frozen=True)
class Preset:
    """A named beginning.

    Attributes:
        why: two sentences for the reader: what will be seen, and the reason.
        settings: what differs from :class:`~gan_models.live.settings.PointSettings`'s defaults.
        cures: for presets that fail.
    """

    title: str
    why: str
    settings: dict[str, object] = field(default_factory=dict)
    cures: tuple[Cure, ...] = ()


RECOMMENDED: dict[str, object] = {"loss": "non-saturating", "r1": 0.02, "average": True}

PRESETS: dict[str, Preset] = {
    "healthy": Preset(
        "A fair match",
        "Both networks learn at the same pace, and the discriminator is kept smooth where the real points are (R1). "
        "So its slope points somewhere useful everywhere, and the generator spreads over all there is.",
        RECOMMENDED,
    ),
    "grid": Preset(
        "All twenty-five",
        "A grid of 25 heaps, and most settings leave some of them out for good. Here nothing carries momentum, the "
        "discriminator moves twice as fast as the generator, and R1 is all but off: what smooths the discriminator "
        "near one heap also hides the next. In half a minute or less all are found.",
        {"points": "grid", "momentum": 0.0, "d_rate": 4e-3, "g_rate": 2e-3, "batch": 256, "r1": 1e-3},
    ),
    "collapse": Preset(
        "Mode collapse",
        "The generator moves five times for every move of the discriminator, so it runs to the one spot that "
        "looks most real right now and puts everything there. The discriminator notices too late, the spot stops "
        "paying, and the whole heap jumps to the next.",
        {"g_steps": 5, "g_rate": 5e-3, "d_rate": 1e-3, "average": False},
        (
            Cure(
                "Equal turns and R1",
                "One move each, and a penalty on steep slopes at real points. The heap is now pulled apart faster than "
                "it can jump.",
                {"g_steps": 1, "g_rate": 2e-3, "d_rate": 2e-3, "r1": 0.1, "average": True},
            ),
            Cure(
                "Show D the whole batch",
                "The generator still moves five times, but the discriminator now sees how close each dot is to the "
                "others of its batch (minibatch discrimination). A heap on one spot gives itself away.",
                {"minibatch": True},
            ),
            Cure(
                "Unroll D five steps",
                "The generator still moves five times, but before each it imagines five answers of the discriminator "
                "(unrolled GAN). Where the heap would soon be caught, it does not run there. Each step costs more.",
                {"unrolled": 5},
            ),
        ),
    ),
    "vanishing": Preset(
        "Vanishing gradient",
        "The discriminator has had a head start and is already certain: D(G(z)) is nearly zero. The minimax loss "
        "pays the generator in proportion to that doubt, so its gradient fades to nothing and it stands still.",
        {"loss": "minimax", "head_start": 50, "d_steps": 2, "d_rate": 3e-3, "g_rate": 1e-2, "plain": True,
         "average": False},
        (
            Cure(
                "Wasserstein with gradient penalty",
                "A Wasserstein critic gives scores, not verdicts, and the penalty keeps its slope near one. However "
                "good it gets, it still says which way to go.",
                {"loss": "wgan-gp", "penalty": 1.0, "plain": False, "d_rate": 2e-3, "g_rate": 1e-3},
            ),
        ),
    ),
    "oscillation": Preset(
        "Running in circles",
        "Both networks carry much momentum, so each overshoots and answers a move that the other has already left. "
        "Nothing settles: the whole heap swings to and fro for as long as you watch.",
        {"loss": "wgan", "clip": 0.1, "momentum": 0.9, "g_rate": 2e-3, "d_rate": 2e-3, "average": False},
        (
            Cure(
                "Smaller steps, no momentum, and R1",
                "A penalty on the critic's slope at real points is friction: circles become spirals, and spirals end "
                "(Mescheder et al., 2018). It starts anew from the same seed, so that you can compare.",
                {"loss": "non-saturating", "clip": 0.0, "momentum": 0.0, "g_rate": 2e-3, "d_rate": 2e-3, "r1": 0.1,
                 "average": True},
                fresh=True,
            ),
        ),
    ),
    "unclipped": Preset(
        "Critic without clipping",
        "A Wasserstein critic may only be trusted while its slope is bounded, and here nothing bounds it. Its "
        "scores run into the thousands, the generator's gradient explodes, and the heap is thrown about.",
        {"loss": "wgan", "clip": 0.0, "d_steps": 5, "average": False},
        (
            Cure(
                "Gradient penalty",
                "Instead of cutting weights off, punish slopes that differ from one (WGAN-GP), so scores are distances "
                "again. A critic that has run away is beyond repair: this starts anew, from the same seed.",
                {"loss": "wgan-gp", "penalty": 1.0, "d_steps": 2, "average": True},
                fresh=True,
            ),
        ),
    ),
}  # fmt: skip
