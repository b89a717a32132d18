"""What the page says outside its tabs, and what several tabs say. Plain words, for someone who has never heard of a GAN."""

TITLE = "GAN Atelier"
TAGLINE = "Two neural networks argue: one invents pictures, the other tries to catch it. Play with what comes out."

DIGIT_SLIDERS = (
    {"label": "Slant", "low": "leaning left", "high": "leaning right"},
    {"label": "Weight", "low": "fine pen", "high": "thick pen"},
    {"label": "Width", "low": "narrow", "high": "wide"},
    {"label": "Flourish", "low": "one way", "high": "the other way"},
)
