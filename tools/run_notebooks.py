"""Run the notebooks of docs/notebooks from their first cell to the last, and keep what they print.

``python tools/run_notebooks.py`` writes their outputs anew; with ``--check`` it ends with 1 where a cell
fails or prints other text than is kept. Needs the extra ``[docs]``.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "notebooks"


def run(path: Path) -> Any:
    """A notebook with the outputs of a run, in a folder of its own that is thrown away."""
    import nbformat
    from nbclient import NotebookClient

    book = nbformat.read(path, as_version=4)
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    with tempfile.TemporaryDirectory() as folder:
        NotebookClient(
            book, timeout=600, kernel_name="python3", resources={"metadata": {"path": folder}}
        ).execute()
    for number, cell in enumerate(book.cells):
        cell["id"] = f"cell-{number}"
        if cell.cell_type == "code":
            cell["metadata"] = {}
            said = [one for one in cell["outputs"] if one.get("name") != "stderr"]
            cell["outputs"] = whole_streams(said)
    book["metadata"] = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return book


def whole_streams(outputs: list[Any]) -> list[Any]:
    """A cell's outputs with each run of printed text in one piece.

    A kernel sends what is printed when a moment has passed, so two prints of a cell are one output or two
    by how fast the machine is.
    """
    found: list[Any] = []
    for one in outputs:
        last = found[-1] if found else {}
        if one.get("output_type") == "stream" and last.get("name") == one["name"]:
            last["text"] = "".join(last["text"]) + "".join(one["text"])
        else:
            found.append(one)
    return found


def texts(book: Any) -> list[str]:
    """What the cells print and say, without pictures."""
    found = []
    for cell in book.cells:
        for one in whole_streams(cell.get("outputs", [])):
            data = one.get("data", {})
            # A frame of HTML has a picture's bytes; its plain words stay.
            text = one.get("text") or ("" if "image/png" in data else data.get("text/plain", ""))
            found.append("".join(text).strip())
    return [text for text in found if text]


def differences(path: Path) -> list[str]:
    """What a run prints otherwise than the notebook has it."""
    import nbformat

    kept, now = texts(nbformat.read(path, as_version=4)), texts(run(path))
    if kept == now:
        return []
    pairs = [f"{a!r} is now {b!r}" for a, b in zip(kept, now, strict=False) if a != b]
    return pairs or [f"{len(kept)} outputs are now {len(now)}"]


def main(arguments: list[str]) -> int:
    """Run them all."""
    import nbformat

    wrong = 0
    for path in sorted(FOLDER.glob("*.ipynb")):
        if "--check" in arguments:
            found = differences(path)
            wrong += bool(found)
            print(f"{path.name}: {'as it is kept' if not found else '; '.join(found)[:2000]}")
        else:
            nbformat.write(run(path), path)
            print(f"{path.name}: run")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
