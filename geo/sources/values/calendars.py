"""Days of the Solar Hijri calendar of Afghanistan and of the lunar Hijri calendar as Gregorian days."""

from __future__ import annotations

import datetime as dt
from typing import Final

__all__ = ["LUNAR_MONTHS", "SOLAR_MONTHS", "hijri_reading", "lunar_day", "solar_day", "solar_month_days"]

SOLAR_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "hamal farvardin wray حمل وری فروردین",
            "sawr saur thawr ordibehesht ghwayay ثور غویی غويی اردیبهشت",
            "jawza khordad ghbargolay جوزا غبرګولی غبرګولي خرداد",
            "saratan tir chungash سرطان چنګاښ چنگاښ تیر",
            "asad mordad amordad zmaray اسد زمری مرداد",
            "sunbula sonbola sunbola shahrivar wazhay سنبله وږی شهریور",
            "mizan mehr tala میزان تله تلې مهر",
            "aqrab aban laram larham عقرب لړم آبان",
            "qaws qows azar lindai lindey قوس لیندۍ آذر",
            "jadi jady marghumay جدی جدي مرغومی دی",
            "dalw dalwa bahman salwagha دلو سلواغه بهمن",
            "hut hoot esfand kab حوت کب اسفند",
        ),
        start=1,
    )
    for name in names.split()
}
"""Months of the Solar Hijri calendar in Dari, Pashto and Persian, in both scripts."""

LUNAR_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "muharram|muharam|moharram|محرم",
            "safar|صفر",
            "rabi al-awwal|rabi al awwal|rabi ul awal|rabi i|rabi 1|ربیع الاول|ربيع الاول",
            "rabi al-thani|rabi al thani|rabi ul thani|rabi al-akhir|rabi ii|rabi 2|ربیع الثانی|ربيع الثاني",
            "jumada al-awwal|jumada al-ula|jumada i|جمادی الاول|جمادی الاولی|جمادى الأولى",
            "jumada al-thani|jumada al-akhira|jumada ii|جمادی الثانی|جمادی الآخر|جمادى الآخرة",
            "rajab|رجب",
            "shaban|sha'ban|شعبان",
            "ramadan|ramazan|ramzan|رمضان",
            "shawwal|shawal|شوال",
            "dhu al-qadah|dhul qadah|dhu al-qi'dah|zulqada|zul qada|ذوالقعده|ذی القعدہ|ذوالقعدة",
            "dhu al-hijjah|dhul hijjah|zulhijja|zul hijja|ذوالحجه|ذی الحجہ|ذوالحجة",
        ),
        start=1,
    )
    for name in names.split("|")
}
"""Months of the lunar Hijri calendar."""


def solar_day(year: int, month: int, day: int) -> dt.date | None:
    """The Gregorian day of a Solar Hijri one, None where the calendar has no such day.

    The 33-year cycle of leap years, which gives the days of the calendar in force for the years 1206 to 1498.

    Examples
    --------
    >>> solar_day(1404, 7, 20), solar_day(1403, 12, 30), solar_day(1404, 12, 30)
    (datetime.date(2025, 10, 12), datetime.date(2025, 3, 20), None)
    """
    if not (1206 <= year <= 1498 and 1 <= month <= 12 and 1 <= day <= solar_month_days(year, month)):
        return None
    return dt.date.fromordinal(_new_year(year) + min(month - 1, 6) * 31 + max(month - 7, 0) * 30 + day - 1)


def solar_month_days(year: int, month: int) -> int:
    """Number of days of a month of the Solar Hijri calendar."""
    if month <= 6:
        return 31
    if month < 12:
        return 30
    return _new_year(year + 1) - _new_year(year) - 336


def _new_year(year: int) -> int:
    """Ordinal of 1 Hamal."""
    since = year + 1595
    days = -355_668 + 365 * since + since // 33 * 8 + (since % 33 + 3) // 4 + 1
    # Counted from 1 March of the year 0, as the Gregorian cycle of 400 years begins there.
    return days - 365


def lunar_day(year: int, month: int, day: int) -> dt.date | None:
    """The Gregorian day of a lunar Hijri one by the tabular calendar, None where it has no such day.

    The month begins with the sighting of the moon, so that the day said in a country can be one earlier or
    later (cycle of 30 years with leap years 2, 5, 7, 10, 13, 16, 18, 21, 24, 26, 29; epoch 16 July 622).

    Examples
    --------
    >>> lunar_day(1447, 1, 1), lunar_day(1446, 9, 1)
    (datetime.date(2025, 6, 27), datetime.date(2025, 3, 1))
    """
    if not (1 <= month <= 12 and 1 <= day <= 30):
        return None
    days = (11 * year + 3) // 30 + 354 * year + 30 * month - (month - 1) // 2 + day + 1_948_440 - 385
    return dt.date.fromordinal(days - 1_721_425)


def hijri_reading(year: int, month: int, day: int) -> str:
    """What a date in numbers of such a year may mean, in words; empty where it is in neither calendar.

    Examples
    --------
    >>> hijri_reading(1404, 7, 20)
    '1404 is a year of the Solar Hijri calendar, in which the day would be 2025-10-12'
    >>> hijri_reading(2025, 7, 20)
    ''
    """
    if 1280 <= year <= 1420 and (solar := solar_day(year, month, day)) is not None:
        return f"{year} is a year of the Solar Hijri calendar, in which the day would be {solar}"
    if 1420 < year <= 1480 and (lunar := lunar_day(year, month, day)) is not None:
        return f"{year} is a year of the lunar Hijri calendar, in which the day would be about {lunar}"
    return ""
