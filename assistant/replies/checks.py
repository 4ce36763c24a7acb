"""Replies about the rules that a report keeps or breaks.

Owns which rules a question asks for, and how their results are told.

Leaves to others: the rules (indexer/rules.py), checks beside a figure (assistant/draft.py).
"""

from __future__ import annotations

import re

from assistant.draft import Draft, check_text
from assistant.model import Check
from assistant.replies.task import ANSWERED, End, Task
from indexer.records import StoredFigure, StoredFinding

#: How many rules that hold are spelled out, how many cells of one rule are cited in all and how
#: many of them are marked in its line.
MOST_SHOWN, MOST_CELLS, MOST_CITED = 4, 32, 8
_RULE_CUES = {
    "R7": ("正文", "文字", "prose", "narrative"),
    "R8": ("正文", "年份", "统计年度", "哪一年", "wrong year", "which year"),
    "R10": ("上年结转对", "结转对得上", "衔接", "接得上", "结转数对", "carried over", "carry-over"),
    "R1": ("第一项加第二项", "新收加", "第三项加第四项", "received plus", "received and carried"),
    "R3": ("各类申请人", "申请人各列", "applicant columns", "columns add"),
    "R4": ("复议", "诉讼"),
    "R14": ("按时发布", "按期发布", "发布日期", "公布时间", "published on time", "in time"),
}


def answer_checks(task: Task, draft: Draft) -> End:
    """The results of the rules of the reports in scope; failing ones spelled out."""
    wanted = _rules_asked(task.parsed.question.text)
    reports = task.scope.reports
    if wanted == {"R10"} and len(reports) == 2:
        reports = (max(reports, key=lambda report: report.year),)
    for report in reports:
        every = task.figures.findings(report.id).every
        findings = [finding for finding in every if not wanted or finding.rule in wanted]
        fails = [finding for finding in findings if finding.result == "fails"]
        holds = [finding for finding in findings if finding.result == "holds"]
        open_ = [finding for finding in findings if finding.result == "not_assessable"]
        names = {"organ": report.organ, "year": report.year}
        if fails:
            draft.lines.append(draft.say("checks_fail", **names, count=len(fails)))
        elif holds:
            draft.lines.append(draft.say("checks_hold", **names, count=len(holds)))
        else:
            draft.lines.append(draft.say("checks_none", **names))
        told = sorted(
            (f for f in holds if wanted or f.detail.get("column") == "total" or f.rule == "R4"),
            key=lambda finding: finding.detail.get("column", "total") != "total",
        )
        for at, finding in enumerate((*fails, *told)):
            shown = at < len(fails) or (not fails and at < MOST_SHOWN)
            _tell(task, draft, finding, shown=shown)
        if open_:
            draft.lines.append(draft.say("checks_open", count=len(open_)))
        others = [f for f in every if f.result == "fails" and f not in fails]
        if others:
            draft.lines.append(draft.say("checks_beside", count=len(others)))
        for finding in others:
            _tell(task, draft, finding, shown=True)
        draft.calculate_count(len(others))
        for count in (len(fails), len(holds), len(open_)):
            draft.calculate_count(count)
        if len(reports) == 1:
            draft.verdict = not fails if (fails or holds) else None
    return ANSWERED


def _tell(task: Task, draft: Draft, finding: StoredFinding, *, shown: bool) -> None:
    """Add one finding to the checks of the reply, and its line with its cells where `shown`."""
    cites = _cited(task, draft, finding) if shown else ()
    text = check_text(finding, draft.language)
    draft.checks.append(Check(finding.rule, finding.result, text, cites))
    if shown:
        marks = "".join(f"[{number}]" for number in cites[:MOST_CITED])
        draft.lines.append(draft.say("choice_list", label=f"{text}{marks}"))


def _cited(task: Task, draft: Draft, finding: StoredFinding) -> tuple[int, ...]:
    """Cite the cells that a rule was checked on, those of other reports too."""
    cells: dict[tuple[str, int], StoredFigure] = {}
    for report_id in dict.fromkeys((finding.report, *(report for report, _ in finding.others))):
        row = task.figures.store.report(report_id)
        if row is not None:
            cells |= {(report_id, cell.seq): cell for cell in task.figures.cells(row).values()}
    places = [*((finding.report, seq) for seq in finding.figures), *finding.others]
    return tuple(draft.cite(cells[place]) for place in places[:MOST_CELLS] if place in cells)


def _rules_asked(text: str) -> frozenset[str]:
    carried = {"R10"} if _CARRIED.search(text) else set()
    named = {rule for rule, cues in _RULE_CUES.items() if any(cue in text for cue in cues)}
    if not (carried or named) and _BALANCED.search(text):
        table = _TABLE.search(text)
        named = {*_OF_TABLE[table.group(1)]} if table else {"R1", "R2", "R3", "R4"}
    return frozenset(carried | named)


#: Words of the sums inside the tables, and the rules of each table.
_BALANCED = re.compile(r"勾稽|平不平|[配轧能]平|平衡|加得拢|对得拢|第?[二三四234]张表|表[二三四]")
_TABLE = re.compile(r"(?:第|表)([二三四234])")
_OF_TABLE = {
    **dict.fromkeys("二2", ("R5",)),
    **dict.fromkeys("三3", ("R1", "R2", "R3")),
    **dict.fromkeys("四4", ("R4",)),
}
#: What one report hands on and the next takes over.
_CARRIED = re.compile(
    r"结转.{0,24}(?:对得上|对不上|一致|衔接|一样|同一个数|接得上|吻合)|(?:转出|留下).{0,16}(?:转入|接过来)"
    r"|(?:carr(?:y|ied)|brought|backlog|from last year).{0,80}(?:match|equal|same|=|agree)"
    r"|(?:match|equal|same|=|agree).{0,60}(?:carr(?:y|ied)|backlog)|carried in.{0,40}carried out"
)
