"""What the test modules share: shipped frames, and the reference data where they can be found."""

from __future__ import annotations

import importlib
import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from chromium import chromium

import geo
import maps

ROOT = Path(__file__).resolve().parents[1]


class Late:
    """A module that is imported where it is first used: to collect tests nobody should wait for it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(importlib.import_module(self._name), attribute)


def needs(*modules: str, extra: str) -> pytest.MarkDecorator:
    """A skip that says what is missing, without importing what is there."""
    missing = any(importlib.util.find_spec(name) is None for name in modules)
    return pytest.mark.skipif(missing, reason=f"the extra [{extra}] is not installed")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of the reference data, or a skip that says what is missing."""
    folder = Path(os.environ.get("DURAND_SHARED", ROOT.parent / "shared")) / "data"
    if not folder.is_dir():
        pytest.skip("the reference data are not there: let DURAND_SHARED name the folder that holds data/")
    return folder


@pytest.fixture(scope="session")
def units() -> gpd.GeoDataFrame:
    return geo.read_units(1)


@pytest.fixture(scope="session")
def countries() -> gpd.GeoDataFrame:
    return geo.read_units(0)


@pytest.fixture(scope="session")
def line() -> shapely.LineString:
    return geo.read_line().geometry.iloc[0]


@pytest.fixture(scope="session")
def shipped() -> str:
    """The page of the shipped events."""
    return maps.render(maps.MapSpec())


@pytest.fixture(scope="session")
def airstrikes() -> str:
    """A map of fewer events, for rules that hold whatever there is."""
    return maps.render(maps.MapSpec(types=("airstrike",)))


@pytest.fixture(scope="session")
def browser(tmp_path_factory) -> Iterator:
    """One browser for all tests of a process; what a test changes beside its page it sets back."""
    with chromium(tmp_path_factory.mktemp("profile")) as chrome:
        yield chrome
