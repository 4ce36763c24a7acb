"""How a page is to look: large print, high contrast, language.

Owns the names of these choices in an address and in the cookie that remembers them, so that a
page looks right from its first byte, with scripts or without.

Leaves to others: what the choices change (static/page.css), the markup (templates/).
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from assistant.model import Language

_COOKIE = "look"
_YEAR = 365 * 24 * 3600
_MODES, _CONTRASTS = ("standard", "elder"), ("normal", "high")


@dataclass(frozen=True, slots=True)
class Look:
    """The choices for one page; `kept` are the other parameters of its address."""

    mode: str
    contrast: str
    lang: Language
    kept: tuple[tuple[str, str], ...] = ()

    def other(self, **changes: str) -> str:
        """Return the query of this page with some choices changed.

        >>> Look("standard", "normal", "zh", (("q", "x"),)).other(mode="elder")
        'q=x&lang=zh&mode=elder&contrast=normal'
        """
        choices = {"lang": self.lang, "mode": self.mode, "contrast": self.contrast} | changes
        return urlencode([*self.kept, *choices.items()])

    def remember(self, response: Response) -> None:
        """Let the browser keep print and contrast."""
        response.set_cookie(
            _COOKIE, f"{self.mode}.{self.contrast}", max_age=_YEAR, samesite="lax", path="/"
        )


def look_of(request: Request) -> Look:
    """Return the choices that an address names, else those of the cookie, else the defaults."""
    given = request.query_params
    mode, _, contrast = request.cookies.get(_COOKIE, "").partition(".")
    kept = [pair for pair in given.multi_items() if pair[0] not in ("lang", "mode", "contrast")]
    return Look(
        _one_of(_MODES, given.get("mode"), mode),
        _one_of(_CONTRASTS, given.get("contrast"), contrast),
        "en" if given.get("lang") == "en" else "zh",
        tuple(kept),
    )


def is_chosen(request: Request) -> bool:
    """Whether the address itself names a choice that is to be remembered."""
    return bool({"mode", "contrast"} & set(request.query_params))


def _one_of(known: tuple[str, ...], *found: str | None) -> str:
    return next((one for one in found if one in known), known[0])
