"""Fold and clean text, and keep the way back to the original characters.

Owns folding (NFKC and look-alike punctuation), cleaning (folding without white space), the
offsets between the two, and the characters for which some fonts print a radical.

Leaves to others: what the text says.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

#: Punctuation that NFKC leaves alone, and that reports use for one another.
_LOOKALIKES = str.maketrans(
    {
        "〔": "[", "〕": "]", "【": "[", "】": "]", "﹝": "(", "﹞": ")",
        "‘": "'", "’": "'", "“": '"', "”": '"', "„": '"', "″": '"', "＂": '"',
        "「": '"', "」": '"', "『": '"', "』": '"', "〝": '"', "〞": '"',
        "－": "-", "–": "-", "—": "-", "―": "-", "−": "-", "‐": "-", "‑": "-", "─": "-",
        "〇": "〇", "○": "〇", "◯": "〇", "\u200b": " ", "\u200c": " ", "\u200d": " ",
        "\ufeff": " ", "\xad": " ", "、": "、", "．": ".", "﹒": ".", "·": "·",
    }
)  # fmt: skip

#: Radicals that a printed PDF has in place of characters (⻓ for 长), and those characters: the
#: property Equivalent_Unified_Ideograph of Unicode; the Kangxi radicals as NFKC has them.
_RADICALS = str.maketrans(
    "⺁⺂⺃⺄⺅⺆⺈⺉⺊⺋⺌⺍⺎⺏⺐⺒⺓⺔⺕⺖⺗⺘⺙⺛⺜⺝⺞⺟⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺫⺬⺭⺯⺰⺱⺲⺳⺴⺶⺹⺺⺻⺼⺾⺿⻀⻁⻂⻃⻄⻅⻆⻈⻉⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻖⻗⻘⻙⻚⻛⻜⻝⻟⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
    "厂乛乚乙亻冂刀刂卜㔾小小兀尣尢巳幺彑彐忄心扌攵旡日月歺母民氵氺灬爫爫丬牛犭王目示礻糹纟罓罒㓁冗羊耂肀聿肉艹艹艹虎衤覀西见角讠贝车辶辶辶邑钅長镸长门阝雨青韦页风飞食飠饣马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟",
) | {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}

_RADICAL = re.compile("[\u2e80-\u2fdf]")

#: Texts up to this many characters, labels and cells above all, come again and again and are kept.
SHORT = 64

#: Left by word processors in text dumps.
ARTEFACT = re.compile(r"\[bookmark: [^\]\n]{0,80}\]")


@dataclass(frozen=True, slots=True)
class CleanText:
    """Text made easy to match, and where each of its characters came from.

    `origin[i]` is the offset in `raw` of `clean[i]`, so the two are equally long.
    """

    raw: str
    clean: str
    origin: tuple[int, ...]

    def raw_span(self, start: int, stop: int) -> tuple[int, int]:
        """Map the half-open, non-empty span [start, stop) of `clean` to the span of `raw`.

        >>> text = clean("总 计：１２ 件")
        >>> text.clean
        '总计:12件'
        >>> start, stop = text.raw_span(3, 5)
        >>> text.raw[start:stop]
        '１２'
        """
        return self.origin[start], self.origin[stop - 1] + 1


def fold(text: str) -> str:
    """Fold full-width and other compatibility forms, quotes and dashes to the plain ones.

    >>> fold("“三安全”（２０２１）—")
    '"三安全"(2021)-'
    """
    return _fold_short(text) if len(text) <= SHORT else _fold(text)


def _fold(text: str) -> str:
    plain = plain_radicals(text).translate(_LOOKALIKES)
    return unicodedata.normalize("NFKC", plain).translate(_LOOKALIKES)


_fold_short = lru_cache(maxsize=8192)(_fold)


def plain_radicals(text: str) -> str:
    """Return `text`, equally long, with characters where a font printed their radicals.

    >>> plain_radicals("⼀、⾏政许可（⻓期）")
    '一、行政许可（长期）'
    """
    return text.translate(_RADICALS) if _RADICAL.search(text) else text


def clean(raw: str) -> CleanText:
    """Fold each character and drop white space."""
    pairs = [
        (char, offset)
        for offset, source in enumerate(raw)
        for char in (source if "!" <= source <= "~" or "一" <= source <= "龥" else fold(source))
        if not char.isspace()
    ]
    return CleanText(raw, "".join(c for c, _ in pairs), tuple(o for _, o in pairs))


def squash(text: str) -> str:
    """Return `text` folded, without white space: the form in which labels are compared.

    >>> squash("结 果\\n维持")
    '结果维持'
    """
    return "".join(fold(text).split())


_NUMBERING = re.compile(
    r"^(?:[(\[]?[一二三四五六七八九十]{1,3}[)\]][、.]?|[一二三四五六七八九十]{1,3}、"
    r"|\(?\d{1,2}\)[、.]?|\d{1,2}[、.](?!\d)|[①-⑳])"
)


def strip_numbering(text: str) -> str:
    """Drop the numbering in front of a squashed label.

    >>> strip_numbering("(三)不予公开"), strip_numbering("3、其他"), strip_numbering("1.5万")
    ('不予公开', '其他', '1.5万')
    """
    return _NUMBERING.sub("", text, count=1)
