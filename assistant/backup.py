"""Keep an index and what was recorded beside it in one file, and put it back.

Owns the form of the file (a zip with a manifest that names every other member, its size and its
SHA-256), which files of a data folder belong to it, and the refusals of a damaged or foreign one.

Leaves to others: the commands (operation_commands.py), a database elsewhere (its own tools), and
what is made again by itself: the keyword index, the embedding model.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sqlite3
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

from assistant.errors import AssistantError
from indexer.database import Lock, lock_for_writing

KIND: Final = "nianbao-backup"
VERSION: Final = 1
_MANIFEST = "manifest.json"
_INDEX = "index.sqlite"
_MARKS = "marks.jsonl"
#: What may stand in a backup: databases, what staff noted, originals by their hash, Chroma's files.
_NAME = re.compile(
    r"[a-z_]{1,40}\.sqlite|marks\.jsonl|originals/[0-9a-f]{64}|chroma(?:/[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}){1,4}",
    re.ASCII,
)
_LARGEST_MANIFEST = 256 * 2**20
_BLOCK = 2**20


class BadBackup(AssistantError):
    """A backup cannot be made or put back; `where` is the file, and the member if there is one."""

    def __init__(self, where: str, zh: str, en: str) -> None:
        super().__init__(f"{where}: {zh} {en}")
        self.where = where


@dataclass(frozen=True, slots=True)
class Kept:
    """What a backup holds; `left_out` is what it would hold but for a reason, with the reason."""

    files: int
    size: int
    left_out: tuple[str, ...] = ()


def write_backup(data: Path, file: Path, *, index_elsewhere: bool = False) -> Kept:
    """Write the backup of the folder `data` to `file`, which must not be there yet.

    A server may go on answering meanwhile; each database is copied in one consistent state, and
    nobody adds reports between them.  `index_elsewhere` says that the index is in another database.

    Raises:
        BadBackup: there is nothing to keep, `file` is there, or a database is damaged.
        IndexBusy: reports are being added or removed.
    """
    if not index_elsewhere and not (data / _INDEX).is_file():
        raise BadBackup(str(data), "这里没有索引。", "There is no index here.")
    if file.exists():
        raise BadBackup(str(file), "文件已存在，不覆盖。", "The file is there already.")
    try:
        with ExitStack() as held:
            writer = lock_for_writing(data)
            held.callback(writer.release)
            folder = held.enter_context(
                tempfile.TemporaryDirectory(prefix=".nianbao-backup-", dir=file.parent)
            )
            members, left_out = _members(data, Path(folder), held)
            unfinished = Path(folder) / "backup.zip"
            kept = _write(members, unfinished)
            unfinished.rename(file)
    except OSError as error:
        raise BadBackup(str(file), "写不了。", f"It cannot be written: {error}") from error
    return Kept(len(kept), sum(entry["bytes"] for entry in kept.values()), tuple(left_out))


def _members(data: Path, folder: Path, held: ExitStack) -> tuple[dict[str, Path], list[str]]:
    """Return what is to be kept, by its name in the archive; databases are copied to `folder`."""
    members = {}
    for database in sorted(data.glob("*.sqlite")):
        if not _NAME.fullmatch(database.name):
            continue
        _copy_database(database, folder / database.name)
        members[database.name] = folder / database.name
    if (data / _MARKS).is_file():
        # It grows while it is read; what is kept must not.
        members[_MARKS] = Path(shutil.copyfile(data / _MARKS, folder / _MARKS))
    originals = sorted((data / "originals").glob("*"))
    members |= {f"originals/{path.name}": path for path in originals}
    left_out = []
    if (data / "chroma").is_dir():
        chroma = Lock(data / "chroma.lock")
        if chroma.acquire():
            held.callback(chroma.release)
            found = sorted(path for path in (data / "chroma").rglob("*") if path.is_file())
            members |= {path.relative_to(data).as_posix(): path for path in found}
        else:
            left_out.append("chroma")
    return {name: path for name, path in members.items() if _NAME.fullmatch(name)}, left_out


def _copy_database(source: Path, target: Path) -> None:
    try:
        with (
            closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as read,
            closing(sqlite3.connect(target)) as copy,
        ):
            read.backup(copy)
            # The copy is read by one process at most until it is put back.
            copy.execute("PRAGMA journal_mode = DELETE")
            said = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        raise BadBackup(str(source), "数据库读不了。", f"It cannot be read: {error}") from error
    if said != "ok":
        raise BadBackup(str(source), "数据库已损坏。", f"The database is damaged: {said}")


def _write(members: Mapping[str, Path], file: Path) -> dict[str, dict[str, Any]]:
    entries: dict[str, dict[str, Any]] = {}
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as raw:
        with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, path in members.items():
                with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as target:
                    entries[name] = _copied(source, target.write)
            manifest = {
                "kind": KIND,
                "version": VERSION,
                "made": datetime.now(UTC).isoformat(timespec="seconds"),
                "files": entries,
            }
            archive.writestr(_MANIFEST, json.dumps(manifest, indent=1))
        raw.flush()
        os.fsync(raw.fileno())
    return entries


def _copied(source: IO[bytes], write: Callable[[Any], object]) -> dict[str, Any]:
    digest, size = hashlib.sha256(), 0
    while block := source.read(_BLOCK):
        digest.update(block)
        size += len(block)
        write(block)
    return {"sha256": digest.hexdigest(), "bytes": size}


def restore_backup(file: Path, data: Path) -> Kept:
    """Put a backup back into the folder `data`, which must be empty or absent.

    The whole file is read and compared with its manifest before anything is written, and the
    index is written last: a restore that was interrupted leaves no index to ask.

    Raises:
        BadBackup: the folder is not empty, or the file is no backup or damaged.
    """
    if data.exists() and (not data.is_dir() or any(data.iterdir())):
        raise BadBackup(str(data), "文件夹不是空的，不覆盖。", "The folder is not empty.")
    written: list[Path] = []
    try:
        with zipfile.ZipFile(file) as archive:
            entries = _read_manifest(archive, file)
            for name, entry in entries.items():
                _check(archive, file, name, entry)
            for name in sorted(entries, key=lambda name: (name == _INDEX, name)):
                _put(archive, name, data, written)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise BadBackup(
            str(file), "不是备份文件，或已损坏。", f"No backup, or damaged: {error}"
        ) from error
    except OSError as error:
        for path in written:
            path.unlink(missing_ok=True)
        raise BadBackup(str(file), "恢复不了。", f"It cannot be restored: {error}") from error
    return Kept(len(entries), sum(entry["bytes"] for entry in entries.values()))


def _read_manifest(archive: zipfile.ZipFile, file: Path) -> dict[str, dict[str, Any]]:
    """Return the entries of the manifest, which are just the other members of the archive."""
    names = [info.filename for info in archive.infolist()]
    where = f"{file}/{_MANIFEST}"
    if names.count(_MANIFEST) != 1 or archive.getinfo(_MANIFEST).file_size > _LARGEST_MANIFEST:
        raise BadBackup(where, "不是年报问答的备份。", "This is no backup of Nianbao.")
    try:
        manifest = json.loads(archive.read(_MANIFEST))
        entries = dict(manifest["files"])
        kind, version = manifest["kind"], manifest["version"]
        if not all(_is_entry(entry) for entry in entries.values()):
            raise ValueError
    except (ValueError, KeyError, TypeError) as error:
        raise BadBackup(where, "清单读不了。", "The manifest cannot be read.") from error
    if (kind, version) != (KIND, VERSION):
        raise BadBackup(
            where,
            f"不是本程序的备份格式：{version}。",
            f"Not a backup of version {VERSION}: {version}.",
        )
    for name in names:
        if name != _MANIFEST and not _NAME.fullmatch(name):
            raise BadBackup(
                f"{file}/{name}", "备份里不该有这个文件。", "A backup has no such file."
            )
    names.remove(_MANIFEST)
    for name in sorted({*names} ^ {*entries}) or [n for n in names if names.count(n) > 1]:
        raise BadBackup(f"{file}/{name}", "与清单不符。", "It does not agree with the manifest.")
    return entries


def _is_entry(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and isinstance(entry.get("bytes"), int)
        and isinstance(entry.get("sha256"), str)
    )


def _check(archive: zipfile.ZipFile, file: Path, name: str, entry: Mapping[str, Any]) -> None:
    info = archive.getinfo(name)
    try:
        if info.file_size != entry["bytes"] or stat.S_ISLNK(info.external_attr >> 16):
            raise zipfile.BadZipFile("size or kind")
        with archive.open(info) as source:
            found = _copied(source, len)
        if found["sha256"] != entry["sha256"]:
            raise zipfile.BadZipFile("SHA-256")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise BadBackup(f"{file}/{name}", "已损坏。", f"It is damaged: {error}") from error


def _put(archive: zipfile.ZipFile, name: str, data: Path, written: list[Path]) -> None:
    path = data / name
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    written.append(path)
    with os.fdopen(descriptor, "wb") as target, archive.open(name) as source:
        _copied(source, target.write)
        target.flush()
        os.fsync(target.fileno())
