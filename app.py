"""GAN Atelier in the browser: ``python app.py --help``."""

import argparse
import contextlib
import os
import sys

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # no request leaves this machine unless the user asks

with contextlib.suppress(ImportError):
    import spaces  # noqa: F401  (on ZeroGPU it must come before anything that touches CUDA)


def parse_arguments(argv: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Play with generative adversarial networks in the browser.")
    parser.add_argument("--host", default=os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1"), help="address to serve on")
    parser.add_argument("--port", default=os.environ.get("GRADIO_SERVER_PORT", "7860"), help="7860")
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"))
    parser.add_argument(
        "--weights", default="auto", choices=("auto", "embedded", "hub"),
        help="embedded: the files in checkpoints/; hub: from the Hugging Face Hub, else embedded; auto: hub on a Space",
    )  # fmt: skip
    parser.add_argument("--share", action="store_true", help="also open a public gradio.live link")
    parser.add_argument("--mcp", action="store_true", help="also offer the endpoints to language models, by MCP")
    log = os.environ.get("GAN_ATELIER_LOG") or ("json" if os.environ.get("SPACE_ID") else "off")
    parser.add_argument(
        "--log", default=log, metavar="{json,off}",
        help="json: a line for each call on stderr, without pictures, texts or addresses; default json on a Space",
    )  # fmt: skip
    parser.add_argument(
        "--allow-host", action="append", default=os.environ.get("GAN_ATELIER_HOSTS", "").split(), metavar="NAME",
        help="another name by which browsers know this server; may be given again, or GAN_ATELIER_HOSTS",
    )  # fmt: skip
    parser.add_argument(
        "--proxy", action="append", default=os.environ.get("GAN_ATELIER_PROXIES", "").split(), metavar="ADDRESS",
        help="a proxy whose X-Forwarded headers are believed; may be given again, or GAN_ATELIER_PROXIES",
    )  # fmt: skip
    parser.add_argument(
        "--public-metrics", action="store_true", help="show /metrics and /openapi.json to others than this machine"
    )
    parser.add_argument(
        "--engine", metavar="{ray,ray://HOST:10001}",
        help="compute in a Ray cluster, one of this machine or that of an address; needs more packages",
    )  # fmt: skip
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    from gan_models.ui.server.lifetime import CannotStart, end_on_sigterm, temporary_folder
    from gan_models.ui.server.preflight import complain

    end_on_sigterm()
    args = parse_arguments(argv)
    if problem := complain(args):
        print(problem, file=sys.stderr)
        return 1
    try:
        with temporary_folder(), contextlib.suppress(KeyboardInterrupt):
            from gan_models.ui.server.service import serve

            serve(**vars(args) | {"port": int(args.port)})
    except CannotStart as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    from gan_models.ui.server.lifetime import run

    run(main)
