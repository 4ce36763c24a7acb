from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
import zlib

import pytest
from loader_files import docx, p, shape

from indexer.errors import UnreadableFile
from indexer.loaders import Limits, Loader, explain, load
from indexer.loaders.messages import reasons, unreadable

TEXT = "一、总体情况\n示例市公开信息。\n".encode()


@pytest.fixture(scope="module")
def loader():
    with Loader(Limits(seconds=3, memory=400 * 2**20, output=2**20)) as loader:
        yield loader


@pytest.fixture
def write(tmp_path):
    def write(data: bytes, name: str = "报告.txt"):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


def refusal(loader: Loader, path) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as caught:
        loader.load(path)
    return caught.value


def stream_pdf(content: bytes) -> bytes:
    """Return a PDF of one page with the given content stream, deflated."""
    packed = zlib.compress(content, 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<<>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed),
    ]
    body = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 5\n0000000000 65535 f \n"
    trailer = b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(body)
    return body + head + table + trailer


ENDLESS = stream_pdf(b"0 0 m 1 1 l S " * 2_000_000)


def test_a_file_is_loaded_and_named(loader, write):
    document = loader.load(write(TEXT))
    assert shape(document) == ["一、总体情况", "示例市公开信息。"]
    assert document.blocks[0].place.file == "报告.txt"
    assert loader.load(write(TEXT), name="a/b.txt").blocks[0].place.file == "a/b.txt"


def test_one_file_alone(write):
    assert load(write(docx(p("正文")), "a.txt")).kind == "docx"


def test_a_late_child_is_replaced(loader, write):
    began = time.monotonic()
    assert refusal(loader, write(ENDLESS)).reason == "timeout"
    assert time.monotonic() - began < 10
    assert shape(loader.load(write(TEXT))) == ["一、总体情况", "示例市公开信息。"]


def test_a_small_file_that_needs_much_memory(write):
    page = b"<p>" + b"<b></b>" * 2_000_000
    with Loader(Limits(memory=100 * 2**20)) as tight:
        assert refusal(tight, write(page)).reason == "memory"
        assert tight.load(write(TEXT)).kind == "txt"


def test_too_much_output(write):
    with Loader(Limits(seconds=30, memory=400 * 2**20, output=2**20)) as patient:
        large = write("总体情况。\n".encode() * 40_000)
        assert refusal(patient, large).reason == "too_large"


def test_a_crash_of_the_child(loader, write):
    loader.load(write(TEXT))
    process = loader._child._process
    os.kill(process.pid, signal.SIGSTOP)
    timer = threading.Timer(0.3, os.kill, [process.pid, signal.SIGKILL])
    timer.start()
    assert refusal(loader, write(TEXT)).reason == "crashed"
    timer.join()
    assert loader.load(write(TEXT)).kind == "txt"


def test_a_child_that_died_between_files_is_replaced(loader, write):
    loader.load(write(TEXT))
    loader._child._process.kill()
    loader._child._process.wait()
    assert loader.load(write(TEXT)).kind == "txt"


def test_what_is_no_document_is_not_unpickled():
    from indexer.loaders.worker import _Breach, _read_answer

    with pytest.raises(_Breach):
        _read_answer(pickle.dumps(("document", subprocess.Popen)))


def test_refusals_name_the_file(loader, write):
    error = refusal(loader, write(b"\x89PNG\r\n\x1a\n", "图.pdf"))
    assert (error.reason, error.failed, error.where) == ("scan", False, "图.pdf")
    assert error.message == reasons()["scan"]["zh"]["message"]
    assert error.hint


def test_files_that_are_not_even_opened(loader, write, tmp_path):
    assert refusal(loader, tmp_path / "没有").reason == "missing"
    assert refusal(loader, tmp_path).reason == "missing"
    assert refusal(loader, write(b"")).reason == "empty"
    with open(tmp_path / "大", "wb") as file:
        file.truncate(65 * 2**20)
    assert refusal(loader, tmp_path / "大").reason == "too_large"


def test_the_child_ends_with_its_loader(write):
    loader = Loader()
    loader.load(write(TEXT))
    process = loader._child._process
    loader.close()
    assert process.returncode is not None


def test_threads_take_turns(loader, write):
    path = write(TEXT)
    seen = []
    threads = [threading.Thread(target=lambda: seen.append(loader.load(path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({document.text for document in seen}) == 1 and len(seen) == 8


def test_loading_text_imports_no_heavy_parser():
    heavy = {"pdfplumber", "openpyxl", "lxml"}
    code = f"import sys, indexer.loaders; print({heavy} & set(sys.modules))"
    output = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert output.stdout.strip() == "set()"


@pytest.mark.parametrize("reason", reasons())
def test_every_reason_is_worded_in_both_languages(reason):
    assert explain(reason, "zh") and explain(reason, "en").isascii()
    error = unreadable(reason)
    assert error.message and error.hint and " / " not in error.message
