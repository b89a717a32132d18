"""GAN Atelier in the browser: ``python app.py --help``."""

import argparse
import contextlib
import os
import socket
import sys

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # no request leaves this machine unless the user asks

with contextlib.suppress(ImportError):
    import spaces  # noqa: F401  (on ZeroGPU it must come before anything that touches CUDA)


def parse_arguments(argv: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Play with generative adversarial networks in the browser.")
    parser.add_argument("--host", default=os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1"), help="address to serve on")
    parser.add_argument("--port", type=int, default=int(os.environ.get("GRADIO_SERVER_PORT", 7860)))
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"))
    parser.add_argument(
        "--weights", default="auto", choices=("auto", "embedded", "hub"),
        help="embedded: the files in checkpoints/; hub: from the Hugging Face Hub, else embedded; auto: hub on a Space",
    )  # fmt: skip
    parser.add_argument("--share", action="store_true", help="also open a public gradio.live link")
    return parser.parse_args(argv)


def complain(args: argparse.Namespace) -> str | None:
    """Why the app cannot start with these arguments, and what to do, or None."""
    if not 0 < args.port < 65536:
        return f"--port must be from 1 to 65535, not {args.port}."
    with socket.socket(socket.AF_INET6 if ":" in args.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((args.host, args.port))
        except OSError as error:
            return f"Cannot serve on {args.host}:{args.port} ({error.strerror}); choose another with --port or --host."
    if args.device not in ("auto", "cpu"):
        from gan_models.pipelines.device import DeviceUnavailable, pick_device

        try:
            pick_device(args.device)
        except DeviceUnavailable as error:
            return f"{error}."
    return None


def main(argv: list[str] | None = None) -> int:
    args = parse_arguments(argv)
    if problem := complain(args):
        print(problem, file=sys.stderr)
        return 1
    from gan_models.ui.app import build_app

    page = build_app(args.device, args.weights)
    page.blocks.launch(
        server_name=args.host, server_port=args.port, share=args.share, quiet=True, prevent_thread_lock=True,
        ssr_mode=False, **page.launch_options,
    )  # fmt: skip
    print(f"GAN Atelier is open at {page.blocks.local_url}", flush=True)
    page.studio.warm_up(*page.exercises)
    page.blocks.block_thread()
    return 0


if __name__ == "__main__":
    sys.exit(main())
