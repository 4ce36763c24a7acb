"""Prose by a chat model, from numbered evidence and finished figures; the templates' reply stays.

Owns which replies are offered to a model, what it is given of them, the one retry with the
complaint, and how its text is marked.  The templates' text follows unchanged below it.

Leaves to others: whether a draft may be shown (gate.py), the wording of the prompt
(prompts/write.md), the model (chat.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.chat import Budget
from assistant.gate import Complaint, Evidence, complaints, has_orders
from assistant.model import FigureShown, Reply
from assistant.prompts import fenced, find_prompt
from assistant.vocabulary import load_indicators
from assistant.wording import say
from indexer.numbers import canonical

#: A reply with more citations is a list, better read as it is.
_MOST_CITATIONS = 12
#: Further names of a figure that a draft may use.
_NAMES = 4
_CITE = re.compile(r"\[(\d+)\]")


def write_prose(question: str, reply: Reply, budget: Budget) -> Reply:
    """Return the reply with a model's prose in front, or the reply itself.

    Only Chinese replies that rest on citations are written: the gate compares words, and reports
    are in Chinese.  A report that gives orders is quoted by the templates and never shown to a
    model.
    """
    evidence = read_evidence(reply)
    fitting = reply.status == "answered" and reply.language == "zh"
    if not (fitting and evidence) or len(evidence) > _MOST_CITATIONS or has_orders(evidence):
        return reply
    wrong: Sequence[Complaint] = ()
    for _ in range(2):
        draft = budget.complete(_prompt(question, reply, evidence, wrong))
        if draft is None:
            return reply
        wrong = complaints(draft, evidence)
        if not wrong:
            marked = say("zh", "written_by_model", prose=draft.strip(), text=reply.text)
            return replace(reply, text=marked, ai_generated=True)
        budget.refuse({complaint.rule for complaint in wrong})
    return reply


def read_evidence(reply: Reply) -> tuple[Evidence, ...]:
    """Return what each citation of a reply supports: its figure, its quotation, its sentences."""
    sentences: dict[int, list[str]] = {}
    for line in reply.text.split("\n"):
        ids = [int(number) for number in _CITE.findall(line)]
        if len(set(ids)) == 1:
            sentences.setdefault(ids[0], []).append(_CITE.sub("", line).strip("“”"))
    found = []
    for citation in reply.citations:
        texts = list(sentences.get(citation.id, ()))
        for figure in reply.figures:
            if figure.citations == (citation.id,) and figure.value is not None:
                value = f"{canonical(figure.value)}{figure.unit or ''}"
                texts += [f"{name}：{value}。" for name in _names(figure)]
        if citation.table is None:
            texts.insert(0, citation.quote)
        text = "\n".join(dict.fromkeys(texts))
        if text:
            found.append(Evidence(citation.id, citation.organ, citation.year, text))
    return tuple(found)


def _names(figure: FigureShown) -> tuple[str, ...]:
    """Return the label of a figure and the first names that readers call it by."""
    known = load_indicators().get(figure.indicator or "")
    return (figure.label, *(known.aliases.zh[:_NAMES] if known else ()))


def _prompt(
    question: str, reply: Reply, evidence: Sequence[Evidence], wrong: Sequence[Complaint]
) -> str:
    return find_prompt("write").fill(
        question=fenced(question),
        evidence="\n".join(
            f"[{item.id}] {item.organ}{item.year}年年报\n{fenced(item.text)}" for item in evidence
        ),
        figures="\n".join(_figures(reply)) or "—",
        complaint="\n".join(complaint.text for complaint in wrong[:8]),
    )


def _figures(reply: Reply) -> Iterator[str]:
    for figure in reply.figures:
        if figure.value is not None:
            cites = "".join(f"[{number}]" for number in figure.citations)
            scope = f"{figure.organ or ''}{figure.year or ''}"
            value = f"{canonical(figure.value)}{figure.unit or ''}"
            yield f"{scope} {figure.label} {value} {cites}"
    for item in reply.calculations:
        yield f"{item.expression} {''.join(f'[{number}]' for number in item.citations)}"
