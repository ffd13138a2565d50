"""The rule of conftest.py by which tests are in the quick part."""

from __future__ import annotations

import importlib.util

import pytest

from conftest import ROOT


@pytest.fixture(scope="module")
def rule():
    spec = importlib.util.spec_from_file_location("rule_of_the_quick_part", ROOT / "conftest.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def quick(rule, monkeypatch):
    monkeypatch.setattr(rule, "QUICK_SECONDS", 10.0)
    return lambda own, needs, setups: rule.quick_part(own, dict.fromkeys(own, frozenset()) | needs, setups)


def test_the_cheapest_are_in_it_as_far_as_the_time_goes(quick):
    own = {"a.py::one": 4.0, "a.py::two": 3.0, "a.py::three": 2.0, "a.py::four": 5.0}
    assert quick(own, {}, {}) == {"a.py::one", "a.py::two", "a.py::three"}


def test_no_file_is_left_out_for_the_tests_of_others(quick):
    own = {f"a.py::{number}": 0.5 for number in range(40)} | {"b.py::one": 6.0, "b.py::two": 7.0}
    found = quick(own, {}, {})
    assert "b.py::one" in found
    assert sum(own[name] for name in found) == 10.0


def test_what_tests_share_is_paid_for_with_the_first_and_only_in_its_own_file(quick):
    own = dict.fromkeys(("a.py::one", "a.py::two", "b.py::one", "b.py::two"), 1.0)
    needs = {name: {"made"} for name in own}
    assert quick(own, needs, {"a.py::made": 7.0}) == set(own) - {"a.py::two"}
    assert quick(own, needs, {"a.py::made": 6.0}) == set(own)
    assert quick(own, needs, {"a.py::made": 9.5}) == {"b.py::one", "b.py::two"}


def test_of_two_tests_the_one_that_shares_with_many_is_the_cheaper(quick):
    own = {"a.py::alone": 1.0, **{f"a.py::{number}": 0.1 for number in range(20)}}
    needs = {name: {"made"} if name != "a.py::alone" else {"other"} for name in own}
    assert quick(own, needs, {"a.py::made": 7.5, "a.py::other": 0.0}) == set(own) - {"a.py::alone"}


def test_files_that_are_begun_first_are_there(rule):
    assert len(set(rule.LONG_FILES)) == len(rule.LONG_FILES)
    assert all((ROOT / file).is_file() for file in rule.LONG_FILES)
