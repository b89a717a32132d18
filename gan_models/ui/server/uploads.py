"""Pictures that callers of the public endpoints hand in."""

from pathlib import Path

import gradio as gr

from gan_models.core.errors import AtelierError


def picture_input(label: str, modes: tuple[str, ...] = ("RGB",)) -> gr.Image:
    """An input for a picture file that refuses in words what it cannot use.

    Gradio alone would fetch a picture whose path is a web address, so that anybody could have this server ask any
    other; and what Pillow cannot open would end as an error without a text.

    Args:
        modes: a picture of one of these modes stays as it is; any other becomes RGB. Turned upright, first frame.
    """
    component = gr.Image(label=label, type="pil", image_mode=None, format="png")
    move = component.async_move_resource_to_block_cache

    async def move_files_alone(path):
        if path is not None and "://" in str(path)[:40]:
            raise gr.Error("Upload the picture itself; this server fetches nothing from other addresses.")
        return await move(path)

    def opened(payload):
        from gan_models.core.pictures import open_picture

        if payload is None or not payload.path:
            return None
        try:
            return open_picture(Path(payload.path).read_bytes(), least_side=1, modes=modes)
        except AtelierError as error:
            raise gr.Error(str(error), print_exception=False) from error

    component.async_move_resource_to_block_cache = move_files_alone
    component.preprocess = opened
    return component
