"""Which points of section five answer: what is lacking, what is done about it, or one of them.

Owns telling a question about section five from others, and what it names besides the section.

Leaves to others: reading the points (sentences.py), how much of a question one holds (cover.py).
"""

from __future__ import annotations

import re

from assistant.replies import stated
from assistant.replies.cover import content_words, coverage
from assistant.replies.sentences import Points, Sentence
from assistant.understand.parse import Parsed
from indexer.text import fold

#: What a question about section five says besides what it is about.
_OF_FIVE = re.compile(
    r"存在的?|主要的?|哪几[条个项点方]?|问题|不足之处|不足|短板|薄弱环节|薄弱|差距|困难|改进情况|改进措施|改进|整改措施|整改|措施|下一步|"
    r"下步|打算|怎么办|咋办|准备|后来|解决|针对|承认|采取了?|安排|方面|工作|情况|怎么|如何|怎样|改|做了?|有哪|哪些|哪几|几[条个项点]|什么|"
    r"多少|明年|今后|分别|以及|和|与|对应|相应|各自|政务公开|政府信息公开|信息公开|是|有|的|了|吗|呢|些|写|提到|说|自己|年报|报告|▁|[,，。?？!！、\s]"
)
_FIVE = re.compile(
    r"问题|不足|短板|薄弱|差距|困难|改进|整改|措施|下一步|下步|打算|怎么改|怎么办|咋办|解决|改的?吗?$"
)
_WANTS_MEASURE = re.compile(r"怎么办|咋办|改|整治|解决|措施|下一?步|打算|应对|安排")
_WANTS_PROBLEM = re.compile(r"问题|不足|短板|薄弱|差距|困难")
#: A point that holds less of the question's words than this does not speak of it.
_ENOUGH = 0.35
#: Characters of a word that names no more than a field: 人员, 政策解读.
_BARE = 4


def about_five(parsed: Parsed) -> bool:
    """Whether a question is about section five: what is lacking and what is done about it."""
    topics = set(parsed.topics)
    if topics & {"problems", "improvements"}:
        return not (stated.asks_number(parsed) and rest_of_five(parsed))
    return bool(_FIVE.search(parsed.question.text)) and not stated.asks_number(parsed)


def rest_of_five(parsed: Parsed) -> str:
    """What a question about section five names besides the section: 乡镇力量."""
    text = stated.without_manner(parsed.rest or parsed.question.text)
    if parsed.question.language == "en":
        return ""
    return "".join(_OF_FIVE.sub(" ", fold(text)).split())


def of_points(parsed: Parsed, points: Points) -> list[Sentence]:
    """Return the points that answer: all problems or measures, or those on what is named."""
    text = parsed.question.text
    english = parsed.question.language == "en"
    measures = _WANTS_MEASURE.search(text) or (english and "improvements" in parsed.topics)
    problems = _WANTS_PROBLEM.search(text) or (english and "problems" in parsed.topics)
    rest = rest_of_five(parsed)
    if len(rest) > 1:
        return one_point(rest, points, bool(measures))
    if measures and problems:
        chosen = (
            [point for pair in zip(points.problems, points.measures, strict=True) for point in pair]
            if points.paired
            else [*points.problems, *points.measures]
        )
    else:
        chosen = list(points.measures if measures else points.problems)
    return chosen[:12]


def one_point(rest: str, points: Points, measures: bool) -> list[Sentence]:
    """The one point that speaks of `rest`; with its measure where that is asked for."""
    every = (*points.problems, *points.measures)
    asked = {word: float(len(word)) for word in content_words(rest) if len(word) > 1}
    scored = [(coverage(asked, point.text, ""), -i, point) for i, point in enumerate(every)]
    if not scored or max(scored)[0] < _ENOUGH:
        return []
    top, _, best = max(scored)
    if not measures or best in points.measures:
        alike = [point for held, _, point in scored if held >= top - 0.01]
        return alike if len(rest) <= _BARE else [best]
    if points.paired:
        return [best, points.measures[points.problems.index(best)]]
    terms = {word: float(len(word)) for word in content_words(best.text)}
    near = [(coverage(terms, point.text, ""), -i, point) for i, point in enumerate(points.measures)]
    return [best, max(near)[2]] if near and max(near)[0] > 0 else [best, *points.measures[:6]]
