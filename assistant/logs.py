"""Log lines as JSON, one object a line, without what people asked.

Owns the form of a line, and what is left out of it: the words of an exception may repeat a
question, so a traceback tells kinds and places; long numbers, telephones and addresses in any
message are masked.  The only import of structlog.

Leaves to others: what is logged (each module, by the logging of the standard library), the line of
a request (api/request_line.py).
"""

from __future__ import annotations

import json
import logging
from typing import Any, Final, TextIO

from structlog.processors import ExceptionRenderer, JSONRenderer, TimeStamper
from structlog.stdlib import ExtraAdder, ProcessorFormatter, add_log_level, add_logger_name
from structlog.tracebacks import ExceptionDictTransformer
from structlog.types import EventDict, Processor

from assistant.records import masked

#: What of an exception may repeat words of a question.
_WORDS: Final = ("exc_value", "exc_notes", "syntax_error")
#: Frames of a traceback, the innermost kept.
_FRAMES: Final = 30


def set_up_logging(stream: TextIO, *, questions: bool = False) -> None:
    """Write every line of the process to `stream`, ours from INFO on, others' from WARNING on.

    With `questions` a request's line has its question, and a traceback its words, both masked.
    """
    shared: list[Processor] = [
        add_log_level,
        add_logger_name,
        ExtraAdder(),
        TimeStamper(fmt="iso", utc=True),
        ExceptionRenderer(
            ExceptionDictTransformer(show_locals=False, max_frames=_FRAMES, use_rich=False)
        ),
        _Covered(questions=questions),
    ]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                ProcessorFormatter.remove_processors_meta,
                JSONRenderer(serializer=_dumped),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for ours in ("assistant", "indexer", "uvicorn"):
        logging.getLogger(ours).setLevel(logging.INFO)


class _Covered:
    """Takes out of a line what may repeat a question, or masks it where questions may be told."""

    def __init__(self, *, questions: bool) -> None:
        self._questions = questions

    def __call__(self, _: Any, __: str, line: EventDict) -> EventDict:
        line["event"] = masked(str(line["event"]))
        for raised in line.get("exception", ()):
            for name in _WORDS:
                said = raised.pop(name, None)
                if self._questions and said:
                    raised[name] = masked(str(said))
        return line


def _dumped(line: EventDict, **_: Any) -> str:
    return json.dumps(line, ensure_ascii=False, default=repr)
