"""The one error that people are meant to read."""


class MirrorError(Exception):
    """What happened, to what, and what to do next; one line, printed without a traceback."""


class Absent(MirrorError):
    """An upstream says that it has no such file."""
