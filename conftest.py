"""How tests and doctests run: in how many processes, which of them are slow, in whose folders.

``python -m pytest`` runs all of them, a file in one process; what is named on the command line runs in this
one. ``-m "not slow"`` leaves out what needs a browser, a server or a build, and what ``tests/slow.txt``
names. ``--record-slow`` writes that list anew after a run of the whole; after one of the quick part it makes
the list longer, if what is left takes too long.
"""

from __future__ import annotations

import gc
import os
import time
from collections import Counter, defaultdict
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

SLOW_LIST = Path(__file__).parent / "tests" / "slow.txt"

QUICK_SECONDS = 70.0
"""Processor time of the quick part, all cases of a test together, with what they share; on two cores two
times ten seconds come on top, in which all tests are collected."""

SLOW_MARKS = ("browser", "rebuild")
SLOW_FIXTURES = ("browser", "cluster", "server")
BEGUN = pytest.StashKey[float]()
SHARED = pytest.StashKey[dict[str, float]]()
COST = "processor seconds"
CORES = 2
"""For which the quick part is measured."""
MOST_WORKERS = 4
"""Each holds the line, the provinces and the libraries that draw: about 1 GB."""

GARBAGE = (20_000, 10, 100)
"""Python's own are (700, 10, 10): to look for garbage is to walk through what was made since, and at last
through all that pytest has collected. It took a fifth of the time of drawing; memory grows by a twentieth."""

LONG_FILES = (
    "tests/test_map_front.py",
    "tests/test_map_shade.py",
    "tests/test_districts.py",
    "tests/test_packed.py",
    "tests/test_static_drawing.py",
    "tests/test_map_browser.py",
    "tests/test_page_choices.py",
    "tests/test_page_first_screen.py",
    "tests/test_endurance.py",
    "tests/test_honesty_page.py",
    "tests/test_embed.py",
    "tests/test_static_figures.py",
    "tests/test_briefs.py",
    "tests/test_whole.py",
    "tests/test_honesty_print.py",
    "tests/test_own_provinces.py",
    "tests/test_scale.py",
    "tests/test_sources_law.py",
    "tests/test_house_web.py",
    "tests/test_print_hard_places.py",
    "tests/test_static_references.py",
    "tests/test_page_search.py",
    "tests/test_sources_forms.py",
    "tests/test_build.py",
)
"""Begun first, the longest before all: a file is the work of one process, which makes once what its tests
share, and begun last it would keep that process at work while the others are done."""


def name_of(nodeid: str) -> str:
    """A test without its parameters."""
    return nodeid.split("[")[0]


def listed() -> set[str]:
    """Names of the tests that were slow when they were last measured."""
    return set(SLOW_LIST.read_text(encoding="utf-8").splitlines())


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--record-slow",
        action="store_true",
        help=f"write {SLOW_LIST.name} anew, by the processor time of each test",
    )


def pytest_configure(config: pytest.Config) -> None:
    gc.set_threshold(*GARBAGE)
    if config.getoption("--record-slow") and not hasattr(config, "workerinput"):
        if config.args != config.getini("testpaths") or config.option.markexpr not in ("", "not slow"):
            raise pytest.UsageError("--record-slow is for the whole or the quick part: name no file")
        config.pluginmanager.register(
            SlowRecord(listed() if config.option.markexpr else set()), "slow-record"
        )


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """All cores for the whole and the quick part, one process for what is named.

    Not more: while a process waits, its browser or its children work, and each process collects all tests.
    """
    if config.args != config.getini("testpaths"):
        return 0
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, MOST_WORKERS)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    slow = listed()
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if (
            name_of(item.nodeid) in slow
            or any(item.get_closest_marker(mark) for mark in SLOW_MARKS)
            or any(name in fixtures for name in SLOW_FIXTURES)
        ):
            item.add_marker("slow")
    rank = {file: number for number, file in enumerate(LONG_FILES)}
    items.sort(key=lambda item: rank.get(item.nodeid.split("::")[0], len(rank)))


def processor_seconds() -> float:
    """Processor time of this process and of those that it started and that have ended."""
    return time.process_time() + sum(os.times()[2:4])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    item.stash[BEGUN] = processor_seconds()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, Any, Any]:
    """What a fixture takes that tests share is its own, not that of the test that happens to be first."""
    if fixturedef.scope == "function":
        return (yield)
    spent = request.config.stash.setdefault(SHARED, {})
    begun, within = processor_seconds(), sum(spent.values())
    try:
        return (yield)
    finally:
        name = f"{fixturedef.baseid}::{fixturedef.argname}"
        # Less what it asked for while it was set up.
        took = processor_seconds() - begun - (sum(spent.values()) - within)
        spent[name] = spent.get(name, 0.0) + took


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What each phase took, whatever else the machine did meanwhile, and what was set up for all in it."""
    report = yield
    now = processor_seconds()
    shared = item.config.stash.get(SHARED, {})
    took = now - item.stash[BEGUN] - sum(shared.values())
    report.user_properties = [
        *report.user_properties,
        (COST, {"own": took, "shared": dict(shared), "needs": list(getattr(item, "fixturenames", ()))}),
    ]
    shared.clear()
    item.stash[BEGUN] = now
    return report


class SlowRecord:
    """What each test takes, and the list of the slow ones when all is done; those known before stay in it."""

    def __init__(self, known: set[str]) -> None:
        self.known = known
        self.own: dict[str, float] = defaultdict(float)
        self.needs: dict[str, set[str]] = defaultdict(set)
        self.shared: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        cost, name = dict(report.user_properties)[COST], name_of(report.nodeid)
        for fixture, took in cost["shared"].items():
            self.shared[fixture][getattr(report, "worker_id", "")] += took
        if not {*SLOW_MARKS} & set(report.keywords) and not {*SLOW_FIXTURES} & {*cost["needs"]}:
            self.own[name] += cost["own"]
            self.needs[name] |= {*cost["needs"]}

    def pytest_sessionfinish(self) -> None:
        slow = self.known | set(self.own) - quick_part(self.own, self.needs, self.setups())
        SLOW_LIST.write_text("".join(f"{name}\n" for name in sorted(slow)), encoding="utf-8")

    def setups(self) -> dict[str, float]:
        """What each fixture that tests share takes: one of a file once, one of all once a process."""
        return {
            fixture: max(took.values()) * (1 if ".py::" in fixture else CORES)
            for fixture, took in self.shared.items()
        }


def quick_part(own: dict[str, float], needs: dict[str, set[str]], setups: dict[str, float]) -> set[str]:
    """As many tests as fit the quick part: the cheapest of each file, then the cheapest of all.

    A test's price is its own time and its part of what it shares with others; a fixture is paid for with the
    first test that needs it.
    """
    fixtures = {
        name: {
            fixture
            for fixture in setups
            if name.startswith(fixture.split("::")[0]) and fixture.split("::")[-1] in needs[name]
        }
        for name in own
    }
    users = Counter(fixture for wanted in fixtures.values() for fixture in wanted)
    price = {
        name: own[name] + sum(setups[fixture] / users[fixture] for fixture in wanted)
        for name, wanted in fixtures.items()
    }
    by_price = sorted(own, key=price.__getitem__)
    of_each_file = {name.split("::")[0]: name for name in reversed(by_price)}
    left, quick, ready = QUICK_SECONDS, set(), set()
    for name in dict.fromkeys([*sorted(of_each_file.values(), key=price.__getitem__), *by_price]):
        cost = own[name] + sum(setups[fixture] for fixture in fixtures[name] - ready)
        if cost <= left:
            left -= cost
            quick.add(name)
            ready |= fixtures[name]
    return quick


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
