"""Train a pair of translators: ``python -m gan_models.cyclegan.train --data horse2zebra.zip --minutes 30``.

CycleGAN (Zhu et al., 2017): two translators, two discriminators of patches with the least-squares loss, a cycle loss,
an identity loss at every k-th step, a pool of old translations, rates that fall in the second half; the moving average
of the translators is what ships. Added, so that few steps suffice:

1. The light translator begins as one that changes nothing. So the cycle holds from the first step on, and no time is
   spent on learning to copy. A small price on its mask keeps the change where it pays, on the animal.
2. A second discriminator of each kind looks at frozen SqueezeNet features (Sauer et al., 2021, "Projected GANs Converge
   Faster"). ``--feature-weight 0`` leaves it out.
3. Discriminators see real pictures of the other kind as further negatives, so they learn at once what makes a zebra a
   zebra.
4. ``--negatives`` gives pictures that show neither animal. Both translators learn to leave them alone, and likewise
   what is no animal in the others, see :mod:`gan_models.cyclegan.animals`; coats get a zebra's or a horse's contrast,
   and horses without colour come more often.
5. ``--match`` looks at pictures as a whole: features lie where those of real ones lie, see
   :mod:`gan_models.training.kernel_matching`.

``--form paper --width 64 --blocks 9 --feature-weight 0 --other 0 --sparse 0`` is the paper's recipe.
"""

from pathlib import Path

from gan_models.cyclegan.trainer import CycleGANTrainer
from gan_models.data.unpaired_data import load_part
from gan_models.training.loop import parse_run


def options(parser) -> None:
    """Add what only this script asks for."""
    add = parser.add_argument
    add("--names", nargs=2, default=["horse", "zebra"], help="what trainA and trainB show; names the files")
    add("--only", help="the one of --names into which a translator learns; the other way stays as it is")
    add("--init", dest="resume", type=Path, help="the same as --resume")
    add("--plan", type=float, default=0.0, help="minutes that all resumed runs take together; 0: this one is the last")
    add("--size", type=int, default=256, help="pixels of a training crop")
    add("--window", type=float, nargs=2, default=[0.88, 1.0], help="a crop's side as a share of the picture's")
    add("--batch", type=int, default=4, help="pictures of each kind a step, of each process")
    add("--form", choices=["light", "paper"], default="light")
    add("--width", type=int, default=32, help="of the translators; the paper's is 64")
    add("--blocks", type=int, default=6, help="residual blocks; the paper's are 9")
    add("--discriminator-width", "--critic-width", type=int, default=32, help="the paper's is 64")
    add("--lr", type=float, default=3e-4, help="level for half the time, then falling to nothing")
    add("--average", type=float, default=0.998, help="decay of the moving average")
    add("--cycle", type=float, default=10.0, help="weight of: there and back again is where it began")
    add("--identity", type=float, default=5.0, help="weight of: what is a zebra already stays as it is")
    add("--identity-every", type=int, default=4, help="steps between identity losses; 0 is never")
    add("--feature-weight", "--eyes", type=float, default=2.0, help="of SqueezeNet's discriminators; 0 leaves them out")
    add("--match", type=float, default=0.0, help="price of features that lie elsewhere than real pictures', on average")
    add("--other", type=float, default=0.2, help="share of the other kind's real pictures among the negatives")
    add("--negatives", type=Path, help="a zip or folder with train/ in it: pictures that show neither kind")
    add("--leak", type=float, default=10.0, help="with --negatives: price of a change where no animal is")
    add("--contrast", type=float, default=4.0, help="with --negatives: price of pale stripes, and of stripes on horses")
    add("--tint", type=float, default=0.0, help="with --negatives: price of stripes of another colour than real ones")
    add(
        "--pale",
        type=float,
        default=2.0,
        help="with --negatives: how much more often pale and black A are drawn",
    )
    add("--sparse", type=float, default=0.1, help="price of the mask's mean; rises to this in the first third")
    add("--pool", type=int, default=50, help="old translations kept for the discriminators")
    add("--features", type=Path, help="SqueezeNet 1.1 as safetensors; else torchvision fetches it")
    add("--compile", action="store_true", help="compile the networks: slower to start, faster from then on")


def main(argv: list[str] | None = None) -> CycleGANTrainer:
    """The command of this file's head."""
    run, args = parse_run(
        __doc__, "horse2zebra.zip, its folder, or any folder with trainA and trainB", 30, options, argv
    )
    if args.only not in (None, *args.names):
        raise SystemExit(f"--only {args.only}: it is one of --names, {' or '.join(args.names)}")
    real = [load_part(run.data, part) for part in ("trainA", "trainB")]
    tests = [load_part(run.data, part) for part in ("testA", "testB")]
    tests = [test if len(test) else kind[:8] for test, kind in zip(tests, real, strict=True)]
    negatives = load_part(args.negatives, "train") if args.negatives else None
    return CycleGANTrainer(run, args, real, tests, negatives).train()


if __name__ == "__main__":
    main()
