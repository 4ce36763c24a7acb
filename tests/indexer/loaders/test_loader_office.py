from __future__ import annotations

import subprocess
import time

import docx as python_docx
import pytest
from loader_files import shape

from indexer.errors import UnreadableFile
from indexer.loaders import Limits, Loader, kind_of
from indexer.loaders.office import convert, find_office

needs_office = [
    pytest.mark.office,
    pytest.mark.skipif(find_office() is None, reason="LibreOffice is not installed"),
]
RTF = rb"{\rtf1\ansi\uc0 \u19968\u12289\u24635\u20307\par}"


@pytest.fixture(scope="module", params=["doc", "rtf", "odt"])
def original(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("office")
    made = python_docx.Document()
    made.add_paragraph("一、总体情况")
    table = made.add_table(2, 3, style="Table Grid")
    table.cell(0, 0).merge(table.cell(1, 0))
    for row, column, text in [(0, 0, "结果"), (0, 1, "商业"), (0, 2, "1"), (1, 1, "科研")]:
        table.cell(row, column).text = text
    made.add_paragraph("二、其他")
    made.save(folder / "a.docx")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["--headless", profile, "--convert-to", request.param, "--outdir", folder]
    subprocess.run(
        [find_office(), *command, folder / "a.docx"], check=True, capture_output=True, timeout=120
    )
    written = folder / f"a.{request.param}"
    return written.rename(folder / "a.wps"), request.param


@needs_office[0]
@needs_office[1]
def test_older_documents(original):
    path, kind = original
    assert kind_of(path.read_bytes()) == kind
    with Loader() as loader:
        document = loader.load(path)
    assert document.kind == kind
    table = [["结果 r2c1", "商业", "1"], ["1:科研", ""]]
    assert shape(document) == ["一、总体情况", table, "二、其他"]
    assert document.blocks[0].place.file == "a.wps"


@needs_office[0]
@needs_office[1]
def test_a_slow_conversion_is_ended(tmp_path):
    path = tmp_path / "a.doc"
    path.write_bytes(RTF)
    began = time.monotonic()
    with Loader(Limits(office_seconds=0.05)) as loader, pytest.raises(UnreadableFile) as caught:
        loader.load(path)
    assert caught.value.reason == "timeout"
    assert time.monotonic() - began < 15


def test_without_libreoffice_the_package_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    path = tmp_path / "a.doc"
    path.write_bytes(RTF)
    with pytest.raises(UnreadableFile) as caught:
        convert(path, "rtf", tmp_path)
    assert caught.value.reason == "needs_libreoffice"
    assert "libreoffice-writer-nogui" in caught.value.hint
