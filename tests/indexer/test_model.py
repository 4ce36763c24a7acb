"""What travels between the processes arrives as it was."""

from __future__ import annotations

import pickle
from dataclasses import fields

import pytest

from indexer.model import GridCell, Place

PLACE = Place("a.pdf", page=1, line=2, table=3, row=4, column=5, start=6, stop=7)


@pytest.mark.parametrize("sent", [PLACE, GridCell("331", 1, 2, PLACE, rowspan=3, colspan=4)])
def test_every_field_arrives(sent: Place | GridCell):
    values = [getattr(sent, field.name) for field in fields(sent)]
    assert len(set(values)) == len(values)
    assert pickle.loads(pickle.dumps(sent)) == sent
