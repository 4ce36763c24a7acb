"""Build the front end into the wheel where it is not built yet.

Owns the one step of packaging that is ours: assistant/web becomes assistant/static by npm.
A source archive carries the built files: installing from it, or from the wheel, needs no Node.

Leaves to others: the build itself (assistant/web/package.json), what goes into a package
(pyproject.toml).
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BuildWeb(BuildHookInterface[Any]):
    """Runs npm when assistant/static/index.html is missing and the front end is asked for."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the front end; an editable install goes without, as `make serve` builds it."""
        root = Path(self.root)
        if version == "editable" or (root / "assistant/static/index.html").is_file():
            return
        npm = shutil.which("npm")
        if npm is None:
            raise RuntimeError(
                "assistant/static is not built and npm is missing: install Node 20, or install"
                " from a wheel or a source archive, which carry the built files"
            )
        web = root / "assistant/web"
        subprocess.run([npm, "ci"], cwd=web, check=True)
        subprocess.run([npm, "run", "build"], cwd=web, check=True)
