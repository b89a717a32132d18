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
    parser.add_argument("--mcp", action="store_true", help="also offer the endpoints to language models, by MCP")
    log = os.environ.get("GAN_ATELIER_LOG") or ("json" if os.environ.get("SPACE_ID") else "off")
    parser.add_argument(
        "--log", default=log, choices=("json", "off"),
        help="json: a line for each call on stderr, without pictures, texts or addresses; default json on a Space",
    )  # fmt: skip
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
        from gan_models.core.device import DeviceUnavailable, pick_device

        try:
            pick_device(args.device)
        except DeviceUnavailable as error:
            return f"{error}."
    if args.mcp:
        try:
            import mcp.server.lowlevel  # noqa: F401
        except ImportError as error:
            return f'--mcp needs more packages ({error}): pip install "gradio[mcp]", or leave --mcp out.'
    return None


def main(argv: list[str] | None = None) -> int:
    from gan_models.ui.server.lifetime import end_on_sigterm, temporary_folder

    end_on_sigterm()
    args = parse_arguments(argv)
    if problem := complain(args):
        print(problem, file=sys.stderr)
        return 1
    with temporary_folder(), contextlib.suppress(KeyboardInterrupt):
        from gan_models.ui.server.service import serve

        serve(**vars(args))
    return 0


if __name__ == "__main__":
    from gan_models.ui.server.lifetime import run

    run(main)
