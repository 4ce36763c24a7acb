"""Why the evaluation cannot go on.

Owns the errors of this package; each names the file and line at fault.

Leaves to others: a wrong reply, which is a score and no error.
"""

from __future__ import annotations


class EvalError(Exception):
    """Something the person who started the evaluation can mend."""


class BadDataset(EvalError):
    """A dataset breaks its own rules; the message names file, line and rule."""


class BadRun(EvalError):
    """A file is no run file, or two runs have no case in common."""
