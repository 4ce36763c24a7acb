"""An assistant that looks up one figure and has a memory; it stands in for the real one."""

from __future__ import annotations

from assistant.model import (
    Check,
    Choice,
    Citation,
    FigureShown,
    Note,
    Reply,
    Request,
)
from indexer.store import Store


class CannedAssistant:
    """Answers every question with 淮北市 2021, 保护第三方合法权益, and asks back if told to.

    `said` is put into every text of the reply, so that escaping can be seen.
    """

    def __init__(self, store: Store, said: str = "") -> None:
        self.store = store
        self.said = said
        self.heard: list[Request] = []

    def ask(self, request: Request) -> Reply:
        self.heard.append(request)
        if "坏" in request.question:
            raise RuntimeError("a secret of ours")
        if "哪" in request.question:
            return self._question_back()
        row = next(self.store.figure_rows("淮北市", 2021, "refused.third_party", "total"))
        figure, report = row.figure, self.store.report(row.figure.report)
        assert report is not None
        citation = Citation(
            1, report.id, report.organ, 2021, report.title + self.said, "三", figure.table,
            figure.row, figure.column, figure.printed, figure.place, report.url,
            figure.indicator, figure.applicant,
        )  # fmt: skip
        shown = FigureShown(
            report.organ, 2021, figure.indicator, "保护第三方合法权益", "total", "number",
            figure.value, figure.unit, False, (1,),
        )  # fmt: skip
        return Reply(
            request.language or "zh",
            "answered",
            f"淮北市人民政府2021年：4件[1]。{self.said}\n以表三为准。",
            "4件。",
            value=figure.value,
            unit=figure.unit,
            figures=(shown,),
            citations=(citation,),
            checks=(Check("R1", "holds", "331+2 = 328+5" + self.said, (1,)),),
            notes=(Note("narrow", "不予公开只计第三项。" + self.said),),
            suggestions=("淮北市2021年新收多少件？" + self.said,),
            answer_id="a_1",
            index_version=self.store.version(),
            elapsed_ms=1,
        )

    def _question_back(self) -> Reply:
        return Reply(
            "zh",
            "needs_clarification",
            "您问的是哪一年？",
            "您问的是哪一年？",
            reason="year",
            choices=(Choice("2023年" + self.said, "示例市2023年新收多少件？"),),
        )
