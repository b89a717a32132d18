"""Pictures that callers of the public endpoints hand in."""

from dataclasses import dataclass
from pathlib import Path

import gradio as gr

from gan_models.core.errors import BadRequest


@dataclass(frozen=True)
class Upload:
    """A picture file that is opened when its call has a place in the queue, and not before."""

    path: Path
    modes: tuple[str, ...]

    def open(self):
        """The picture, as :func:`gan_models.core.pictures.open_picture` opens it. Raises BadRequest."""
        from gan_models.core.pictures import open_picture

        try:
            data = self.path.read_bytes()
        except OSError as error:
            raise BadRequest("The picture did not arrive whole; send it again.") from error
        return open_picture(data, least_side=1, modes=self.modes)


def picture_input(label: str, modes: tuple[str, ...] = ("RGB",)) -> gr.Image:
    """An input for a picture file; its endpoint gets the picture, or is not called and the caller told what is wrong.

    Args:
        modes: a picture of one of these modes stays as it is; any other becomes RGB. Turned upright, first frame.
    """
    component = gr.Image(label=label, type="pil", image_mode=None, format="png")
    component.preprocess = lambda payload: Upload(Path(payload.path), modes) if payload and payload.path else None
    return component
