"""The errors whose text is for whoever asked: what is wrong, and what to do."""


class BadRequest(ValueError):
    """What was asked for makes no sense. The text is for the user, and says what to give instead."""
