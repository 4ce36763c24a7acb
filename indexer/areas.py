"""Which organs of a library make up which: a government and those of all divisions under it.

Owns finding, for rule R13, the parent whose children are every one in the library.  Development
zones are no administrative divisions and stand beside them, so nothing is said of their parents.

Leaves to others: the divisions (gazetteer/), the sums (rules.py).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache

from indexer.gazetteer import find_children, find_division
from indexer.organs import short_place


def complete_families(
    organs: Collection[str], children_of: Callable[[str], Sequence[str]] | None = None
) -> Mapping[str, tuple[str, ...]]:
    """Return parent → its children, for each organ of `organs` whose children are all there.

    Organs are governments by name (淮北市人民政府); `children_of` maps a place to the names of the
    divisions right under it, by default those of the gazetteer of today.

    >>> children = {"示例市": ("甲区", "乙县")}
    >>> named = ["示例市人民政府", "示例市甲区人民政府", "乙县人民政府"]
    >>> complete_families(named, lambda place: children.get(place, ()))
    {'示例市人民政府': ('示例市甲区人民政府', '乙县人民政府')}
    """
    below = children_of or _divisions_under
    families = {}
    for parent in organs:
        if not parent.endswith("人民政府"):
            continue
        place = short_place(parent)
        names = below(place)
        found = [_government(organs, place, name) for name in names]
        if names and all(found):
            families[parent] = tuple(organ for organ in found if organ)
    return families


def has_children(organ: str, children_of: Callable[[str], Sequence[str]] | None = None) -> bool:
    """Whether `organ` governs an area that has divisions of its own."""
    below = children_of or _divisions_under
    return organ.endswith("人民政府") and bool(below(short_place(organ)))


@cache
def _divisions_under(place: str) -> tuple[str, ...]:
    """The names of the divisions right under the one place of today called `place`."""
    found = [d for d in find_division(place) if d.name == place and d.until is None]
    return tuple(d.name for d in find_children(found[0].code)) if len(found) == 1 else ()


def _government(organs: Collection[str], parent: str, name: str) -> str | None:
    """The government of the division `name` under `parent`, by its long or short name."""
    for wanted in (f"{parent}{name}人民政府", f"{name}人民政府"):
        if wanted in organs:
            return wanted
    return None
