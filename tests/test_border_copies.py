"""Any border can be copied, pickled and sent to a process, and says what it does not know."""

from __future__ import annotations

import copy
import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pandas as pd
import pytest
import shapely
from pandas.testing import assert_frame_equal

import geo

LON = np.array([-0.4, 0.3, 0.05, 0.2, np.nan])
LAT = np.array([0.1, 0.5, 0.9, 1.4, 0.5])


def own(**more):
    line = shapely.LineString([(0, 0), (0.1, 0.5), (0, 1)])
    return geo.Border.from_line(line, left="west", right="east", **more)


BORDERS = {
    "plain": own,
    "inexact": lambda: own(accuracy_m=pd.DataFrame({"from_km": [0.0, 40.0], "accuracy_m": [100.0, 5000.0]})),
    "areas": lambda: own(left_area=shapely.box(-1, 0, 0.1, 1), right_area=shapely.box(0.1, 0, 1, 1)),
    "one area": lambda: own(right_area=shapely.box(0.1, 0, 1, 1)),
    "durand": geo.DurandLine,
}


def located(border, lon, lat):
    return border.locate(lon, lat)


def ways(border):
    return {
        "copy": copy.copy(border),
        "deepcopy": copy.deepcopy(border),
        **{f"pickle {n}": pickle.loads(pickle.dumps(border, n)) for n in (2, pickle.HIGHEST_PROTOCOL)},
    }


@pytest.mark.parametrize("name", BORDERS)
def test_a_copy_answers_as_the_border_does(name):
    border = BORDERS[name]()
    lon, lat = (LON + 70, LAT + 32.5) if name == "durand" else (LON, LAT)
    for way, again in ways(border).items():
        assert type(again) is type(border), way
        assert (again.left, again.right) == (border.left, border.right)
        assert_frame_equal(again.locate(lon, lat), border.locate(lon, lat))
        assert again.length_km == border.length_km
        assert again.geometry.equals(border.geometry)
        if name != "durand":
            # Bands of the whole line take two seconds each; what they come from is compared above.
            assert again.bands([5]).geometry.equals(border.bands([5]).geometry)


def test_a_copy_of_the_durand_line_keeps_its_sectors_units_and_crossings():
    border = geo.DurandLine()
    for again in (copy.copy(border), pickle.loads(pickle.dumps(border))):
        assert again.sectors()["unit"].tolist() == border.sectors()["unit"].tolist()
        assert again.between("Torkham", "Ghulam Khan")["length_km"].item() == pytest.approx(334.6, abs=0.1)
        assert again.locate([71.58], [34.01], units=True, crossings=True)["crossing"].item() == "Torkham"


def test_a_border_can_be_sent_to_a_process():
    borders = [own(), geo.DurandLine()]
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        for border, shift in zip(borders, ((0, 0), (70, 32.5)), strict=True):
            lon, lat = LON + shift[0], LAT + shift[1]
            found = pool.submit(located, border, lon, lat).result()
            assert_frame_equal(found, border.locate(lon, lat))


def test_another_border_says_that_it_has_no_units_crossings_or_provinces():
    border = own()
    with pytest.raises(geo.BoundaryError, match=r"no provinces.*units=True"):
        border.locate(LON, LAT, units=True)
    with pytest.raises(geo.BoundaryError, match=r"no crossings.*crossings=True"):
        border.locate(LON, LAT, crossings=True)
    with pytest.raises(geo.BoundaryError, match="no provinces; give km"):
        border.sectors()
    with pytest.raises(geo.BoundaryError, match="no crossings by name"):
        border.between("Torkham", 10)
