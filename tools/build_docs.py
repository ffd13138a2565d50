"""The documentation site in build/site, with every link and reference checked; it opens from disk.

Needs the extra ``[docs]``. MkDocs with Material was chosen for its search, which works without a server.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CONFIG = ROOT / "tools" / "site" / "mkdocs.yml"


def main(arguments: list[str]) -> int:
    """Build it; a warning ends with 1."""
    command = [sys.executable, "-m", "mkdocs", "build", "--clean", "--strict", "-f", str(CONFIG), *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"}, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
