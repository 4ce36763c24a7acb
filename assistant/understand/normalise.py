"""Make a question easy to match: folded, simplified, white space tidied.

Owns the folding of questions and the guess of their language.  The only importer of opencc.

Leaves to others: what the words mean.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from assistant.model import Language
from assistant.numerals import english_numbers_as_digits
from indexer.text import fold

_HANZI = re.compile(r"[㐀-鿿]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
#: Signs of traditional writing that simplified text does not use; enough to call the converter.
_TRADITIONAL = frozenset(
    "開請報務處訴訟議結轉總計關縣區鄉鎮統數據項條為與對應該並產業從來個們這還發後裡實現場員經濟過進達運選"
    "遞補費規範讓說話語調談論證評試詳誰誤課質資財產責購貨貿貸貴買賣贊輸轄門問閱聞間關隊階際隨險離難電靜順須預領頭"
    "頻題願類風飛飯館驗馬體點齊龍東書會極樂機權歲歷殺決沒況準溝濟無獲環產畢異當療監盡盤眾睏碼確禮種稱積穩窮競"
    "筆等節範簡籌類糧紀約級納純紙細終組結給統絕經綜維綱網緊線締編緣縣總績繼續罰罷義習聯聲職腦臨舉舊藝處號術衛"
)


_COUNTS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9", "ten": "10",
}  # fmt: skip
_COUNTED = re.compile(
    r"(?i)\b(?P<before>(?:than|least|most|exactly|under|over|below|above|top|last|past)\s+)"
    r"(?P<word>one|two|three|four|five|six|seven|eight|nine|ten)\b"
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question ready for matching.

    `text` is folded, simplified and lower-cased (same length is not promised); `original` is what
    was asked.
    """

    original: str
    text: str
    language: Language


def normalise(original: str, language: Language | None = None) -> Question:
    """Return `original` folded; `language` is guessed from the script unless it is given.

    >>> normalise("淮北２０２１年　不予公開多少件？").text
    '淮北2021年不予公开多少件?'
    """
    text = re.sub(r"\s+", " ", fold(original)).strip()
    text = re.sub(r"(?<=\d)[oO](?=\d)", "0", text)
    if any(char in _TRADITIONAL for char in text):
        text = str(_converter().convert(text))
    text = re.sub(r"(?<=[㐀-鿿]) (?=[㐀-鿿0-9])|(?<=[0-9]) (?=[㐀-鿿])", "", text)
    text = re.sub(r"(?:一半|半数)以上|超过(?:一半|半数)|过半数?", "超过50%", text)
    text = re.sub(r"(?i)\b(?:more than|over) half\b", "more than 50%", text)
    text = english_numbers_as_digits(text)
    text = _COUNTED.sub(lambda m: m["before"] + _COUNTS[m["word"].lower()], text)
    return Question(original, text.lower(), language or guess_language(text))


def language_of_rest(rest: str, guessed: Language) -> Language:
    """Return "en" where all but the names and years of a question is English.

    >>> language_of_rest("▁▁▁ ▁▁▁▁ disclosed in full", "zh"), language_of_rest("▁▁▁ok吗", "zh")
    ('en', 'zh')
    """
    words = len(_LATIN_WORD.findall(rest))
    return "en" if words and not _HANZI.search(rest) else guessed


def guess_language(text: str) -> Language:
    """Return "en" where Latin words outweigh hanzi, else "zh".

    >>> guess_language("How many requests did 淮北市 receive in 2021?"), guess_language("PK一下")
    ('en', 'zh')
    """
    words = len(_LATIN_WORD.findall(text))
    hanzi = len(_HANZI.findall(text))
    return "en" if words >= 3 and words * 2 > hanzi else ("zh" if hanzi or not words else "en")


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")
