"""Run a command in children that are killed at random moments; say after each which whole files are there.

``python endure.py FOLDER TIMES SEED A B``: A and B are command lines of ``durand`` as JSON lists, taken in
turn, so that what they leave can be told apart. The first line of the output has the digests of what each
leaves when it is not killed; each further line what is there after one kill. The folder that the environment
variable ENDURE_CACHE names is emptied before each child, and after each kill the command runs to its end.
"""

import contextlib
import hashlib
import json
import os
import random
import shutil
import signal
import sys
import time
from pathlib import Path

PREPARED = {}

WRITTEN = 20 if os.environ.get("DURAND_LONG_TESTS") else 6
"""How often a child writes a folder: a kill falls anywhere in the writing, which alone is soon done."""


def embed(title):
    """Write the folder of a map whose page and pictures were made before: a kill meets the writing."""
    import maps
    from maps.web.embed import PICTURES, save_embed
    from maps.web.page import map_page

    spec = maps.MapSpec(types=("shelling",), title=title)
    if title not in PREPARED:
        content = maps.map_content(spec)
        picture = maps.draw_map(spec, maps.Sheet(size="column", dpi=40), content=content).to_png()
        PREPARED[title] = (map_page(content, spec), content), dict.fromkeys(PICTURES, picture)
    page, pictures = PREPARED[title]
    for _ in range(WRITTEN):
        save_embed(spec, "page", overwrite=True, page=page, pictures=pictures)


def command(words):
    if words[0] == "save-embed":
        embed(words[1])
        return
    from maps.cli.main import cli

    with (
        Path(os.devnull).open("w") as none,
        contextlib.redirect_stdout(none),
        contextlib.redirect_stderr(none),
    ):
        cli(words, standalone_mode=False)


def digests(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }


def child(words):
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        command(words)
        status = 0
    finally:
        os._exit(status)


def forget_cache():
    if name := os.environ.get("ENDURE_CACHE"):
        shutil.rmtree(name, ignore_errors=True)


def main():
    folder, times, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    lines = [json.loads(text) for text in sys.argv[4:]]
    os.chdir(folder)
    whole, usual = [], float("inf")
    for words in lines:
        command(words)  # what is imported once is not imported again in each child
        forget_cache()
        began = time.monotonic()
        _, status = os.waitpid(child(words), 0)
        usual = min(usual, time.monotonic() - began)
        if status:
            raise SystemExit(f"{words} failed")
        whole.append(digests(folder))
    print(json.dumps(whole), flush=True)
    draw = random.Random(seed)
    for number in range(times):
        forget_cache()
        words = lines[number % len(lines)]
        pid = child(words)
        time.sleep(draw.uniform(0, usual))
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        if os.environ.get("ENDURE_CACHE"):
            _, last = os.waitpid(child(words), 0)
            if last:
                raise SystemExit(f"{words} failed after a kill")
        print(json.dumps([os.WIFSIGNALED(status), digests(folder)]), flush=True)
    # What was left half done is cleaned by the next run.
    command(lines[0])
    left = [path.name for path in folder.rglob(".*")]
    print(json.dumps(left), flush=True)


if __name__ == "__main__":
    main()
