"""How tests and doctests run: on how many cores, which of them are slow, in whose folders.

``python -m pytest`` runs all of them on every core, up to four; what is named on the command line runs in one
process. ``-m "not slow"`` leaves out what needs a browser, a server or a build, and what ``tests/slow.txt``
names. ``--record-slow`` writes that list anew, so that what is left takes a minute of processor time.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

SLOW_LIST = Path(__file__).parent / "tests" / "slow.txt"

QUICK_SECONDS = 60.0
"""What the quick part takes of one core, all cases of a test together; collecting comes on top."""

SLOW_MARKS = ("browser", "rebuild")
SLOW_FIXTURES = ("browser", "cluster", "server")
BEGUN = pytest.StashKey[float]()
TOOK = "processor seconds"
MOST_WORKERS = 4
"""Each holds the line, the provinces and the libraries that draw: about 1 GB."""


def name_of(nodeid: str) -> str:
    """A test without its parameters."""
    return nodeid.split("[")[0]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--record-slow",
        action="store_true",
        help=f"after all tests write {SLOW_LIST.name} anew, by the processor time of each",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--record-slow") and not hasattr(config, "workerinput"):
        if config.args != config.getini("testpaths") or config.option.markexpr:
            raise pytest.UsageError("--record-slow is for the whole: name no file and no marker")
        config.pluginmanager.register(SlowRecord(), "slow-record")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """All cores for the whole, one process for what is named."""
    if config.args != config.getini("testpaths"):
        return 0
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, MOST_WORKERS)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    listed = set(SLOW_LIST.read_text(encoding="utf-8").splitlines())
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if (
            name_of(item.nodeid) in listed
            or any(item.get_closest_marker(mark) for mark in SLOW_MARKS)
            or any(name in fixtures for name in SLOW_FIXTURES)
        ):
            item.add_marker("slow")


def processor_seconds() -> float:
    """Processor time of this process and of those that it started and that have ended."""
    return sum(os.times()[:4])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    item.stash[BEGUN] = processor_seconds()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What each phase took, whatever else the machine did meanwhile."""
    report = yield
    now = processor_seconds()
    report.user_properties = [*report.user_properties, (TOOK, now - item.stash[BEGUN])]
    item.stash[BEGUN] = now
    return report


class SlowRecord:
    """Processor seconds of each test, and the list of the slow ones when all is done."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not set(SLOW_MARKS) & set(report.keywords):
            self.seconds[name_of(report.nodeid)] += dict(report.user_properties)[TOOK]

    def pytest_sessionfinish(self) -> None:
        quick, slow = 0.0, []
        for name, seconds in sorted(self.seconds.items(), key=lambda one: one[1]):
            quick += seconds
            if quick > QUICK_SECONDS:
                slow.append(name)
        SLOW_LIST.write_text("".join(f"{name}\n" for name in sorted(slow)), encoding="utf-8")


@pytest.fixture(scope="session", autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Empty folders in place of the user's own, so that what was added or kept there changes no test.

    The cache is one for all processes of a run: what is written there is whole or not there.
    """
    folder = tmp_path_factory.mktemp("durand-home")
    base = tmp_path_factory.getbasetemp()
    shared_base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DURAND_HOME", str(folder))
        patch.setenv("DURAND_CACHE", str(shared_base / "durand-cache"))
        yield folder
