"""Tables of cases: one YAML file each, every case with an ASCII `id` and a `why` in Chinese.

Owns loading them as parameters of a test.

Leaves to others: what a case expects.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

HERE = Path(__file__).parent


def load_cases(name: str, part: str | None = None) -> list[Any]:
    """Return the cases of `name`.yaml (of one part, if the file has parts), named by their ids."""
    document = yaml.load((HERE / f"{name}.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    cases = document[part] if part else document
    ids = [case["id"] for case in cases]
    if len(set(ids)) < len(ids):
        raise ValueError(f"{name}.yaml: an id is there twice")
    for case in cases:
        if not (case["id"].isascii() and case["why"]):
            raise ValueError(f"{name}.yaml/{case['id']}: wants an ASCII id and a why")
    return [pytest.param(case, id=case["id"]) for case in cases]
