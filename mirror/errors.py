"""Errors for people."""


class MirrorError(Exception):
    """A failure in one line: what happened, to what, and what to do. Printed without a traceback."""


class Absent(MirrorError):
    """An upstream has no such file."""
