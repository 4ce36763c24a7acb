"""The built front end: which files each page needs.

Owns reading the manifest of the build.  A folder that was never built has no files, and the pages
then go without a script.

Leaves to others: building (assistant/web), sending the files (app.py), markup (templates/).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BUILT = Path(__file__).parents[1] / "static"


@dataclass(frozen=True, slots=True)
class Assets:
    """The addresses that one page links to; empty where nothing is built."""

    styles: tuple[str, ...] = ()
    preloads: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()


def read_assets(folder: Path) -> dict[str, Assets]:
    """Return the files of each entry of the build in `folder`, by the name of the entry."""
    file = folder / "manifest.json"
    if not file.is_file():
        return {}
    manifest: Mapping[str, Mapping[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    return {
        chunk["name"]: _assets(manifest, key)
        for key, chunk in manifest.items()
        if chunk.get("isEntry")
    }


def _assets(manifest: Mapping[str, Mapping[str, Any]], key: str) -> Assets:
    needed = list(dict.fromkeys(_needed(manifest, key)))
    styles = [style for chunk in needed for style in manifest[chunk].get("css", ())]
    return Assets(
        tuple(f"/{style}" for style in dict.fromkeys(styles)),
        tuple(f"/{manifest[chunk]['file']}" for chunk in needed if chunk != key),
        (f"/{manifest[key]['file']}",),
    )


def _needed(manifest: Mapping[str, Mapping[str, Any]], key: str) -> Iterator[str]:
    for imported in manifest[key].get("imports", ()):
        yield from _needed(manifest, imported)
    yield key
