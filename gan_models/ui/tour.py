"""The guided tour: a button in the page's head, and six steps that each open a tab and ring one control.

It never starts by itself. What it needs goes into the head of the page, because it lives outside all tabs.
"""

import json
from dataclasses import asdict

from gan_models.ui import prose_tour as prose
from gan_models.ui.assets import static


def tour_markup() -> str:
    """The button that starts the tour, for the head of the page."""
    return f'<button type="button" id="ga-tour-start">{prose.BUTTON}</button>'


def tour_head() -> str:
    """Style and script of the tour, for the ``head`` of ``launch``; after shell.js, which it uses."""
    steps = json.dumps([asdict(step) for step in prose.STEPS], ensure_ascii=False).replace("<", "\\u003c")
    script = static("tour.js").replace("@STEPS@", steps).replace("@WORDS@", json.dumps(prose.WORDS))
    return f"<style>{static('tour.css')}</style><script>{script}</script>"
