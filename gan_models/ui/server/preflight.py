"""What can be known to go wrong before anything is started."""

import argparse
import socket


def complain(args: argparse.Namespace) -> str | None:
    """Why the app cannot start with these arguments, and what to do, or None."""
    if not (args.port.isdecimal() and 0 < int(args.port) < 65536):
        return f"--port or GRADIO_SERVER_PORT must be from 1 to 65535, not {args.port}."
    if args.log not in ("json", "off"):
        return f"--log or GAN_ATELIER_LOG must be json or off, not {args.log}."
    if args.engine:
        from gan_models.ui.engine import joining

        if problem := joining.complain(args.engine):
            return problem
    with socket.socket(socket.AF_INET6 if ":" in args.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((args.host, int(args.port)))
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
