"""How fast inpainting is: ``python -m tests.benchmarks.bench_inpainting``.

Medians of the network alone for one and four fillings of a 128x128 hole, in the layout that the page uses and in the
default one, in the same run; then of a whole request on a photo of 12 million pixels: finding the face, cutting,
filling, putting back.
"""

from tests.benchmarks.bench_digits import milliseconds


def main() -> None:
    import torch
    from PIL import Image

    from gan_models import load
    from gan_models.core.face_finder import find_faces
    from gan_models.core.store import load_network
    from gan_models.inpainting.cut_and_paste import finish
    from gan_models.registry import CHECKPOINTS
    from gan_models.ui.tabs.inpaint.handlers import PICTURES
    from gan_models.ui.tabs.inpaint.requests import AVERAGES

    painter = load("inpainting", weights="embedded")
    plain, _ = load_network(CHECKPOINTS["inpainting-generator"], "embedded")
    print(f"device {painter.device}, {torch.get_num_threads()} threads, torch {torch.__version__}")
    face = Image.open(PICTURES / AVERAGES[0]).convert("RGB")
    mask = Image.new("L", face.size)
    mask.paste(255, (60, 60, 190, 100))
    hole = painter.prepare(face, mask)
    for count, most in ((1, 80), (4, 250)):
        seeds = list(range(count))

        @torch.inference_mode()
        def default(count=count):
            many = hole.seen.repeat(count, 1, 1, 1), hole.hole.repeat(count, 1, 1, 1)
            plain(*many, torch.randn(count, plain.z_dim))

        ours = milliseconds(lambda seeds=seeds: painter.fill(hole, seeds))
        print(f"{count} filling(s): {ours:6.1f} ms (promised: {most}); default layout {milliseconds(default):6.1f} ms")
    print(f"maps of four: {milliseconds(lambda: painter.patch_beliefs(painter.fill(hole, [1, 2, 3, 4]))):6.1f} ms")

    large = Image.new("RGB", (4000, 3000), (150, 150, 145))
    large.paste(face.resize((1200, 1200), Image.Resampling.LANCZOS), (1400, 800))
    veil = Image.new("L", large.size)
    veil.paste(255, (1700, 1100, 2300, 1250))
    prepared = painter.prepare(large, veil)
    filled = painter.fill(prepared, [1])[0]
    print("12 million pixels:")
    print(f"  find the face {milliseconds(lambda: find_faces(large), 7):6.1f} ms")
    print(f"  put one filling back {milliseconds(lambda: finish(large, prepared, filled), 7):6.1f} ms")
    print(f"  the whole request {milliseconds(lambda: painter.inpaint(large, veil), 7):6.1f} ms")


if __name__ == "__main__":
    main()
