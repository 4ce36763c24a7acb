"""A reply in the making: citations numbered once, figures, calculations, notes and checks.

Owns what belongs to every reply about figures: how a printed cell is cited, how a value is named
and shown, and which checks touch it.

Leaves to others: which figures are asked for (replies/), the last check (ground.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from assistant.compute import Value
from assistant.figures import Figures
from assistant.model import (
    Calculation,
    Check,
    Choice,
    Citation,
    FigureShown,
    Language,
    Note,
    Reason,
    Reply,
    ReplyState,
    Status,
)
from assistant.numerals import spoken, spoken_year
from assistant.sheets import OWN, bare_label, tells
from assistant.vocabulary import load_applicants, load_indicators, load_notes
from assistant.vocabulary.statistics_rows import CUMULATIVE, base_of, load_statistics_rows
from assistant.wording import say
from indexer.model import Place
from indexer.numbers import canonical
from indexer.records import ReportRow, StoredFigure, StoredFinding, StoredPassage

_SECTION_OF_TABLE = {2: "二", 3: "三", 4: "四"}
#: Rules whose failing is no contradiction: scopes change, figures jump, reports come late.
_SOFT = frozenset({"R11", "R12", "R14"})


@dataclass
class Draft:
    """Collects the parts of one reply; `reply` closes it."""

    figures: Figures
    language: Language
    lines: list[str] = field(default_factory=list)
    shown: list[FigureShown] = field(default_factory=list)
    calculations: list[Calculation] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    suggestions: list[str] = field(default_factory=list)
    series: list[Mapping[str, Any]] = field(default_factory=list)
    value: Decimal | None = None
    unit: str | None = None
    verdict: bool | None = None
    speech: str = ""
    scope: Mapping[str, Any] = field(default_factory=dict)
    _ids: dict[tuple[object, ...], int] = field(default_factory=dict)

    def say(self, key: str, **values: object) -> str:
        """Return the sentence `key` in the language of the reply."""
        return say(self.language, key, **values)

    def joined(self, names: Iterable[object]) -> str:
        """Return `names` in a row, separated as the language does."""
        return ("、" if self.language == "zh" else ", ").join(map(str, names))

    def organ_year(self, report: ReportRow) -> str:
        """Return how the reply names a report: its organ and its year."""
        return f"{report.organ}{self.say('year_word', year=report.year)}"

    def cite(self, figure: StoredFigure) -> int:
        """Return the number of the citation of a printed cell."""
        key = (figure.report, figure.seq)
        return self._ids.get(key) or self._cited(
            key,
            figure.report,
            section=_SECTION_OF_TABLE.get(figure.table or 0),
            quote=figure.printed,
            place=figure.place,
            table=figure.table,
            row=figure.row,
            column=figure.column,
            indicator=figure.indicator,
            applicant=figure.applicant,
            seq=figure.seq,
        )

    def cite_passage(self, passage: StoredPassage, start: int, stop: int, text: str) -> int:
        """Return the number of the citation of [start, stop) of a report's text."""
        key = (passage.report, "text", start, stop)
        return self._ids.get(key) or self._cited(
            key,
            passage.report,
            section=passage.section,
            quote=text,
            place=replace(passage.place, start=start, stop=stop),
        )

    def _cited(
        self,
        key: tuple[object, ...],
        report_id: str,
        *,
        section: str | None,
        quote: str,
        place: Place,
        table: int | None = None,
        row: tuple[str, ...] | None = None,
        column: tuple[str, ...] | None = None,
        indicator: str | None = None,
        applicant: str | None = None,
        seq: int | None = None,
    ) -> int:
        """Add a citation and return its number; citations are counted from 1."""
        report = self.figures.store.report(report_id)
        assert report is not None
        number = self._ids[key] = len(self.citations) + 1
        self.citations.append(
            Citation(
                id=number,
                report=report.id,
                organ=report.organ,
                year=report.year,
                title=report.title,
                section=section,
                table=table,
                row=row,
                column=column,
                quote=quote,
                place=place,
                url=report.url,
                indicator=indicator,
                applicant=applicant,
                seq=seq,
            )
        )
        return number

    def ids(self, *values: Value) -> tuple[int, ...]:
        """Cite the printed cells of `values` and return the numbers of their citations."""
        return tuple(self.cite(source) for value in values for source in value.sources)

    def cites(self, value: Value) -> str:
        """Cite the printed cells of `value` and return the marks: [1][2]."""
        return "".join(f"[{number}]" for number in self.ids(value))

    def label(self, indicator: str, applicant: str | None = None) -> str:
        """Return how the reply names a figure, its applicant in brackets."""
        return label_of(indicator, self.language, applicant)

    def show(self, value: Value) -> FigureShown:
        """Add `value` to the figures of the reply, and its arithmetic to the calculations."""
        ids = self.ids(value)
        state: ReplyState = "absent" if value.state == "unreadable" else value.state
        figure = FigureShown(
            organ=value.report.organ,
            year=value.report.year,
            indicator=value.indicator,
            label=self.name(value),
            applicant=value.applicant,
            state=state,
            value=value.value,
            unit=value.unit,
            computed=value.computed and value.state == "number",
            citations=ids,
        )
        if figure not in self.shown:
            self.shown.append(figure)
        self.calculate_value(value)
        return figure

    def show_result(
        self,
        label: str,
        result: Decimal,
        unit: str | None,
        ids: tuple[int, ...],
        *,
        organ: str | None = None,
        year: int | None = None,
        indicator: str | None = None,
        applicant: str | None = None,
        first: bool = False,
    ) -> None:
        """Add what was computed from several figures, whose cells are cited as `ids`."""
        figure = FigureShown(
            organ, year, indicator, label, applicant, "number", result, unit, True, ids
        )
        self.shown.insert(0 if first else len(self.shown), figure)

    def name(self, value: Value) -> str:
        """Return the label of `value`; a row of a statistics table keeps its printed words."""
        cell = value.sources[0] if value.sources else value.unread
        if value.report.format != "statistics" or cell is None:
            return self.label(value.indicator, value.applicant)
        printed = bare_label(cell.row[-1])
        known = load_statistics_rows().get(base_of(value.indicator))
        if known and known.above and not tells(printed):
            above = label_of(known.above, self.language)
            printed = self.say("in_group", group=above, label=printed)
        cumulative = value.indicator.endswith(CUMULATIVE)
        return self.say("cumulative", label=printed) if cumulative else printed

    def calculate(
        self, expression: str, result: Decimal, unit: str | None, citations: Iterable[int]
    ) -> None:
        """Add a line of arithmetic."""
        line = Calculation(expression, canonical(result), unit, tuple(citations))
        if line not in self.calculations:
            self.calculations.append(line)

    def calculate_value(self, value: Value) -> None:
        """Add the arithmetic of a computed value."""
        if value.expression and value.value is not None:
            self.calculate(value.expression, value.value, value.unit, self.ids(value))

    def calculate_count(self, count: int, name: str = "n", ids: Iterable[int] = ()) -> None:
        """Add a number that was counted, not read: "n = 3"."""
        self.calculate(f"{name} = {count}", Decimal(count), None, ids)

    def calculate_place(self, place: int) -> None:
        """Add a place in a ranking: "#3"."""
        self.calculate(f"#{place}", Decimal(place), None, ())

    def note(self, code: str, **values: object) -> None:
        """Add the note `code` once."""
        text = load_notes()[code].fill(self.language, **values)
        note = Note(code, text)
        if note not in self.notes:
            self.notes.append(note)

    def state(self, value: Value) -> str:
        """Return the short words for a value that is no number."""
        return self.say(f"state_{value.state}", **_printed(value))

    def sentence(self, value: Value) -> str:
        """Return the full sentence for one value, whatever its state."""
        names = {
            "organ": value.report.organ,
            "year": value.report.year,
            "label": self.name(value),
        }
        if value.state == "number" and value.value is not None:
            cites = self.cites(value)
            if value.why == "rate":
                shown = f"{canonical(value.value)}%"
                return self.say("value_rate", **names, value=shown, cites=cites)
            key = "value_computed" if value.computed else "value"
            return self.say(key, **names, **measure(value), cites=cites)
        if value.why == "zero_base":
            return self.say("zero_base", **names, cites=self.cites(value))
        if value.state == "absent":
            return self.absent(value)
        if value.state == "unreadable":
            return self.say("unreadable", **names)
        self._note_state(value)
        return self.say(value.state, **names, **_printed(value), cites=self.cites(value))

    def absent(self, value: Value) -> str:
        """Return why a report has no such figure."""
        names = {"organ": value.report.organ, "year": value.report.year}
        known = load_indicators().get(value.indicator)
        label = self.label(value.indicator, value.applicant)
        if value.report.format is None:
            return self.say("absent_no_tables", **names, label=label)
        if known and value.report.format not in known.formats:
            return self.say("absent_format", **names, label=label)
        return self.say("absent", **names, label=label)

    def explain(self, value: Value) -> None:
        """Add calculation lines, checks and notes that belong to one value in the headline."""
        if value.value is not None:
            self.say_how(value)
        if value.filled:
            self.note("computed_from_parts")
        self.note_partial(value)
        if value.why == "rate" and value.denominator is not None and value.denominator < 30:
            self.note("small_base", base=canonical(value.denominator))
        printed = value.sources[0].printed if len(value.sources) == 1 else ""
        if value.value is not None and re.search(r"[（(]", printed):
            self.note("printed_as", printed=printed)
        self._note_state(value)
        self.check(value)

    def _note_state(self, value: Value) -> None:
        """Say what a cell without a number means."""
        if value.state == "blank":
            self.note("blank_is_not_zero")
        if value.state == "not_applicable":
            self.note("not_applicable_mark", printed=value.printed)
        if value.state == "text":
            self.note("text_cell", printed=value.printed)

    def note_partial(self, value: Value) -> None:
        """Say which cells a sum had to pass over, if any."""
        if value.partial:
            names = [*map(self._cell_name, value.blanks), *map(self.label, value.missing)]
            self.note("partial", missing=self.joined(names))

    def check(self, value: Value, *, broken: bool = False) -> None:
        """Add the checks that touch the printed cells of `value`, or only the broken ones."""
        cited = {source.seq: self.cite(source) for source in value.sources}
        if not cited:
            return
        column_and_row = (value.applicant or "total", value.indicator)
        found = self.figures.findings(value.report.id, column_and_row)
        for finding in found.beside(value.sources, value.indicator, value.applicant):
            if broken and finding.result != "fails":
                continue
            touched = tuple(cited[seq] for seq in finding.figures if seq in cited)
            text = check_text(finding, self.language)
            check = Check(finding.rule, finding.result, text, touched)
            if check not in self.checks:
                self.checks.append(check)

    def _cell_name(self, figure: StoredFigure) -> str:
        if figure.indicator is None:
            return "".join(figure.row[-1:])
        return self.label(figure.indicator, figure.applicant)

    def say_calculation(self, expression: str, *, indent: str = "") -> None:
        """Put a line of arithmetic into the text."""
        self.lines.append(indent + self.say("calculation", expression=expression, unit=""))

    def say_how(self, value: Value, *, indent: str = "") -> None:
        """Put the arithmetic of a computed value into the text."""
        if value.expression and value.computed:
            self.say_calculation(value.expression, indent=indent)

    def finish(self) -> None:
        """Put the checks into the text, then the notes."""
        self.say_checks()
        self.say_notes()

    def say_checks(self) -> None:
        """Put failing checks into the text, and one that holds."""
        for check in self.checks:
            if check.result == "fails":
                key = "check_soft" if check.rule in _SOFT else "check_fails"
                self.lines.append(self.say(key, text=check.text))
        holding = [check for check in self.checks if check.result == "holds"]
        if holding and len(holding) == len(self.checks):
            self.lines.append(self.say("check_holds", text=holding[0].text))

    def say_notes(self, before: Sequence[Note] = ()) -> None:
        """Put the notes into the text."""
        for note in self.notes:
            if note not in before:
                self.lines.append(self.say("note", text=note.text))

    def speak(self, value: Value) -> str:
        """Return the sentence about `value` to be read aloud: no brackets, numbers in words."""
        label = aloud(self.name(value), self.language).rstrip("，")
        names = {"organ": value.report.organ, "label": label}
        if value.state != "number" or value.value is None:
            return aloud(self.sentence(value), self.language)
        if self.language == "en":
            unit = "percent" if value.unit == "%" else (value.unit or "")
            sentence = self.say(
                "speech_value",
                **names,
                year=value.report.year,
                value=canonical(value.value),
                unit=unit,
            )
            return sentence.replace("  ", " ").replace(" .", ".")
        shown = spoken(value.value) if value.value else "为零"
        if value.unit == "%":
            shown, unit = f"百分之{shown}", ""
        else:
            unit = (value.unit or "") if value.value else ""
        year = spoken_year(value.report.year)
        return self.say("speech_value", **names, year=year, value=shown, unit=unit)

    def reply(self, status: Status = "answered", reason: Reason | None = None) -> Reply:
        """Close the draft."""
        text = "\n".join(line for line in self.lines if line)
        return Reply(
            language=self.language,
            status=status,
            reason=reason,
            text=text,
            speech=self.speech or aloud(self.lines[0] if self.lines else text, self.language),
            value=self.value,
            unit=self.unit,
            figures=tuple(self.shown),
            calculations=tuple(self.calculations),
            choices=tuple(self.choices),
            verdict=self.verdict,
            citations=tuple(self.citations),
            checks=tuple(self.checks),
            notes=tuple(self.notes),
            suggestions=tuple(self.suggestions),
            series=tuple(self.series),
            scope=self.scope,
        )


def label_of(indicator: str, language: Language, applicant: str | None = None) -> str:
    """Return the label of an indicator, its group in front and its applicant in brackets.

    >>> label_of("refused.third_party", "zh"), label_of("received", "zh", "natural_person")
    ('不予公开（保护第三方合法权益）', '本年新收政府信息公开申请数量（自然人）')
    """
    known = load_indicators().get(indicator)
    row = load_statistics_rows().get(base_of(indicator))
    own = base_of(indicator).removeprefix(OWN)
    text = known.label.of(language) if known else row.label.of(language) if row else own
    if known is None and indicator.endswith(CUMULATIVE):
        text = say(language, "cumulative", label=text)
    group, _, _ = indicator.partition(".")
    if known and group in ("refused", "unavailable", "declined", "other") and group != indicator:
        above = load_indicators()[group].label.of(language)
        if language == "zh" and not text.startswith(above):
            text = say(language, "in_group", group=above, label=text)
    if applicant and applicant != "total":
        name = load_applicants()[applicant].label.of(language)
        text += say(language, "applicant", applicant=name)
    return text


def check_text(finding: StoredFinding, language: Language) -> str:
    """Return one check in words."""
    detail = finding.detail
    label, key = detail.get("label", ""), finding.rule
    if finding.rule in ("R7", "R12"):
        label = label_of(detail.get("indicator", ""), language)
    elif finding.rule == "R11":
        label = label_of(f"{detail.get('row', '')}.in_force", language)
    elif finding.rule == "R5":
        label = detail.get("table", "")
        if finding.result == "fails":
            key = "R5_absent" if detail.get("unreadable", "0") == "0" else "R5_unread"
    return say(
        language,
        key,
        expression=finding.expression,
        label=label,
        stated=detail.get("stated", ""),
        table=detail.get("table", ""),
        count=detail.get("unreadable", ""),
    )


def spaced(unit: str | None) -> str:
    """Return a unit as it stands behind a number."""
    if not unit:
        return ""
    return unit if unit == "%" else f" {unit}"


def measure(value: Value) -> dict[str, str]:
    """Return the {value} and the {unit} of a sentence about a number."""
    assert value.value is not None
    return {"value": canonical(value.value), "unit": spaced(value.unit)}


def aloud(text: str, language: Language) -> str:
    """Return `text` without citation marks and brackets, on one line, years digit by digit.

    >>> aloud("淮北市2021年（自然人）为 4件。[1]", "zh")
    '淮北市二〇二一年，自然人，为4件。'
    >>> aloud("不予公开（国家秘密）（自然人）增加 2 件（1→3）：", "zh")
    '不予公开，国家秘密，自然人，增加2件，1到3。'
    """
    text = re.sub(r"\[\d+\]", "", text).split("\n")[0]
    text = re.sub(r"[：:]\s*$", "。" if language == "zh" else ".", text)
    if language == "en":
        text = text.replace("→", " to ")
        return re.sub(r"\s+", " ", re.sub(r"[()“”]", "", text)).strip()
    text = text.replace("→", "到")
    text = re.sub(r"[（(]([^（）()]*)[）)]", r"，\1，", text)
    text = re.sub(r"[“”·]", "", text)
    text = re.sub(r"，\s*(?=[，；、。：])", "", text)
    text = re.sub(r"(20\d\d)年", lambda match: spoken_year(int(match.group(1))) + "年", text)
    return re.sub(r"\s+", "", text)


def _printed(value: Value) -> dict[str, object]:
    return {"printed": value.printed} if value.state in ("not_applicable", "text") else {}


def series_of(draft: Draft, organ: str, label: str, points: Sequence[Value]) -> dict[str, Any]:
    """Return one line of a chart: {"organ", "label", "unit", "points": [{"year", "value"}]}."""
    return {
        "organ": organ,
        "label": label,
        "unit": next((p.unit for p in points if p.unit), None),
        "points": [
            {
                "year": p.report.year,
                "organ": p.report.organ,
                "value": canonical(p.value) if p.value is not None else None,
            }
            for p in points
        ],
    }
