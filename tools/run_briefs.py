"""Draw the twelve briefs of tests/briefs in five sizes and five languages, and say what went wrong.

    python tools/run_briefs.py [NAME ...]

A drawing fails if something that must be labelled is not, if a name lies over another thing, or if a symbol
stands on the wrong side of the line. Where a map has no room it is an error that names what is missing: that
counts as refused.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import test_briefs as briefs

import maps
from geo.errors import GeoError

SIZES = ("column", "wide", "square", "social", "story")
LANGUAGES = ("en", "ps", "fa", "ur", "ar")


def main() -> int:
    """One line for each drawing that is not clean, then the sums."""
    folder = Path(tempfile.mkdtemp())
    for path in briefs.FOLDER.iterdir():
        shutil.copy(path, folder)
    briefs.ucdp_month(folder)
    clean = refused = failed = slow = 0
    for name in sys.argv[1:] or (*briefs.COMMANDS, *briefs.FILES):
        longest = 0.0
        for lang in LANGUAGES:
            content = maps.map_content(spec := briefs.spec_of(name, folder, lang))
            for size in SIZES:
                begun = time.process_time()
                try:
                    briefs.checked(maps.draw_map(spec, maps.Sheet(size=size, dpi=72), content=content))
                    clean += 1
                except AssertionError as err:
                    failed += 1
                    print(f"FAILED   {name} {lang} {size}: {str(err)[:200]!r}", flush=True)
                except GeoError as err:
                    refused += 1
                    print(f"refused  {name} {lang} {size}: {err}", flush=True)
                took = time.process_time() - begun
                longest, slow = max(longest, took), slow + (took > briefs.MOST_S)
        print(
            f"{name}: at most {longest:.1f} s; so far {clean} clean, {refused} refused, {failed} failed",
            flush=True,
        )
    print(
        f"{clean} clean, {refused} refused with names, {failed} failed; {slow} took over {briefs.MOST_S:g} s"
    )
    shutil.rmtree(folder)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
