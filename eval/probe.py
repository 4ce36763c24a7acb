"""Answer questions over one index without the embedding model; a process to be measured.

Owns nothing beyond that: the first argument is the index, the second a file with a question a line.

Leaves to others: measuring the process (bench.py), what is made of it (growth.py).
"""

from __future__ import annotations

import sys
from pathlib import Path

from assistant.answer import Assistant
from assistant.model import Request
from eval.bench import DAY
from indexer.store import Store


def answer_all(data: Path, questions: Path) -> int:
    """Ask every question; return how many there were."""
    lines = questions.read_text(encoding="utf-8").splitlines()
    with Store.open(data) as store:
        assistant = Assistant(store)
        for line in lines:
            assistant.ask(Request(line, today=DAY))
    return len(lines)


if __name__ == "__main__":
    print(answer_all(Path(sys.argv[1]), Path(sys.argv[2])))
