"""Write pinyin.tsv.gz: the commonest toneless syllable of each hanzi, from the package pypinyin.

Run as `python -m assistant.understand.build_pinyin`; it needs pypinyin (MIT), which the program
itself does not: its import would cost the first question half a second.
"""

from __future__ import annotations

import gzip
from collections import defaultdict

from assistant.understand.typos import FILE

FIRST, LAST = 0x4E00, 0x9FA5


def build() -> bytes:
    """Return the table: a line per syllable, a tab, its hanzi in order; the same each time."""
    from pypinyin import lazy_pinyin

    by_syllable: defaultdict[str, list[str]] = defaultdict(list)
    for code in range(FIRST, LAST + 1):
        char = chr(code)
        syllable = lazy_pinyin(char)[0]
        if syllable != char:
            by_syllable[syllable].append(char)
    lines = [f"{syllable}\t{''.join(chars)}" for syllable, chars in sorted(by_syllable.items())]
    return gzip.compress("\n".join(lines).encode(), mtime=0)


if __name__ == "__main__":
    FILE.write_bytes(build())
