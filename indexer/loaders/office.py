"""Turn files of word processors into docx, or into pages of print, with LibreOffice.

Owns finding LibreOffice, running it without a window, without macros and with limits, and
cleaning up after it.

Leaves to others: reading what comes out (docx.py, xlsx.py).
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from indexer.loaders.messages import unreadable

#: The kinds that go through LibreOffice, and the suffix under which it knows them.
SUFFIXES: Mapping[str, str] = {
    "doc": ".doc",
    "rtf": ".rtf",
    "odt": ".odt",
    "wordml": ".xml",
    "xls": ".xls",
}
#: The kinds that LibreOffice lays out as pages.
PRINTED: Mapping[str, str] = {**SUFFIXES, "docx": ".docx"}
OFFICE_SECONDS = 120.0
_MEMORY = 4 * 2**30
_OUTPUT = 256 * 2**20

#: A fresh profile in which documents can neither run macros nor fetch what they link to.
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"
 xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
</item>
</oor:items>
"""


def find_office() -> Path | None:
    """Return LibreOffice's program, or None where it is not installed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return Path(found).resolve() if found else None


def convert(
    source: Path, kind: str, into: Path, *, seconds: float = OFFICE_SECONDS, print_it: bool = False
) -> Path:
    """Convert `source` to docx (xlsx for xls) inside the folder `into`; return the new file.

    With `print_it` it becomes a PDF instead.

    Raises:
        UnreadableFile: `needs_libreoffice`, `timeout`, or `damaged` where nothing came out.
    """
    program = find_office()
    if program is None or (kind == "xls" and not _has_calc(program)):
        raise unreadable("needs_libreoffice")
    target = "pdf" if print_it else "xlsx" if kind == "xls" else "docx"
    with tempfile.TemporaryDirectory(prefix="nianbao-office-") as home:
        profile = Path(home, "profile")
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
        copy = Path(home, f"report{PRINTED[kind]}")
        shutil.copyfile(source, copy)
        out = Path(home, "out")
        _run(_command(program, profile, target, out, copy), Path(home), seconds)
        made = out / f"report.{target}"
        if not made.is_file():
            raise unreadable("damaged")
        return Path(shutil.move(made, into / f"converted.{target}"))


def _has_calc(program: Path) -> bool:
    return (program.parent / "libsclo.so").exists()


def _command(program: Path, profile: Path, target: str, out: Path, source: Path) -> list[str]:
    return [
        str(program),
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless",
        "--norestore",
        "--nolockcheck",
        "--convert-to",
        target,
        "--outdir",
        str(out),
        str(source),
    ]


def _run(command: list[str], home: Path, seconds: float) -> None:
    """Run LibreOffice in a process group of its own, which ends with this call."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=home,
        env={"PATH": os.environ.get("PATH", os.defpath), "HOME": str(home), "LANG": "C.UTF-8"},
        start_new_session=True,
    )
    try:
        _limit(process.pid)
        process.wait(seconds)
    except subprocess.TimeoutExpired as error:
        raise unreadable("timeout") from error
    finally:
        _end_group(process)


def _limit(pid: int) -> None:
    if sys.platform == "linux":
        resource.prlimit(pid, resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (_OUTPUT, _OUTPUT))


def _end_group(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):  # the whole group may have ended by itself
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
