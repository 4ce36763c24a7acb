"""Replies about the rules that a report keeps or breaks.

Owns which rules a question asks for, and how their results are told.

Leaves to others: the rules (indexer/rules.py), checks beside a figure (assistant/draft.py).
"""

from __future__ import annotations

from assistant.draft import Draft, check_text
from assistant.model import Check
from assistant.replies.task import ANSWERED, End, Task

_RULE_CUES = {
    "R7": ("正文", "文字", "prose", "narrative"),
    "R10": ("上年结转对", "结转对得上", "衔接", "接得上", "结转数对", "carried"),
    "R1": ("第一项加第二项", "新收加", "第三项加第四项"),
    "R3": ("各类申请人",),
    "R4": ("复议", "诉讼"),
    "R14": ("按时发布", "按期发布", "发布日期", "公布时间", "published on time", "in time"),
}


def answer_checks(task: Task, draft: Draft) -> End:
    """The results of the rules of the reports in scope; failing ones spelled out."""
    wanted = _rules_asked(task.parsed.question.text)
    for report in task.scope.reports:
        findings = [
            finding
            for finding in task.figures.store.findings(report.id)
            if not wanted or finding.rule in wanted
        ]
        fails = [finding for finding in findings if finding.result == "fails"]
        holds = [finding for finding in findings if finding.result == "holds"]
        open_ = [finding for finding in findings if finding.result == "not_assessable"]
        names = {"organ": report.organ, "year": report.year}
        cells = {figure.seq: figure for figure in task.figures.cells(report).values()}
        if fails:
            draft.lines.append(draft.say("checks_fail", **names, count=len(fails)))
        elif holds:
            draft.lines.append(draft.say("checks_hold", **names, count=len(holds)))
        else:
            draft.lines.append(draft.say("checks_none", **names))
        for finding in fails:
            cites = tuple(draft.cite(cells[seq]) for seq in finding.figures[:8] if seq in cells)
            text = check_text(finding, draft.language)
            draft.checks.append(Check(finding.rule, finding.result, text, cites))
            draft.lines.append(draft.say("choice_list", label=text))
        for finding in holds:
            if wanted or finding.detail.get("column") == "total" or finding.rule == "R4":
                text = check_text(finding, draft.language)
                draft.checks.append(Check(finding.rule, finding.result, text, ()))
        if not fails:
            draft.lines += [
                draft.say("choice_list", label=check.text) for check in draft.checks[:4]
            ]
        if open_:
            draft.lines.append(draft.say("checks_open", count=len(open_)))
        for count in (len(fails), len(holds), len(open_)):
            draft.calculate_count(count)
        if len(task.scope.reports) == 1:
            draft.verdict = not fails if (fails or holds) else None
    return ANSWERED


def _rules_asked(text: str) -> frozenset[str]:
    return frozenset(rule for rule, cues in _RULE_CUES.items() if any(cue in text for cue in cues))
