"""The page's modules, styles and pictures as files: ``GET <root>/atelier/static/<path below gan_models/ui>``.

Python files, markup and whatever else lies beside them are not served. The browser keeps a copy and asks each time
whether it is still the newest, so a changed module never meets an old one.
"""

from pathlib import Path, PurePosixPath

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles

PATH = "/atelier/static/{path:path}"
UI = Path(__file__).parents[1]
KINDS = {
    ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml",
    ".webp": "image/webp", ".png": "image/png",
}  # fmt: skip


def static_route(folder: Path = UI) -> Route:
    """The route for the files of a folder; of nothing outside it, symbolic links included."""
    files = StaticFiles(directory=folder)

    async def serve(request: Request) -> Response:
        path = request.path_params["path"]
        kind = KINDS.get(PurePosixPath(path).suffix)
        if kind is None or "\0" in path:
            raise HTTPException(404)
        response = await files.get_response(path, request.scope)
        response.headers["Cache-Control"] = "no-cache"
        if response.status_code == 200:
            response.headers["Content-Type"] = kind
        return response

    return Route(PATH, serve, methods=["GET"])
