"""The city and county of a unit, as its addresses say them: lists of a province name places, not streets."""

from __future__ import annotations

import re

from platforms.models import Platform
from platforms.recommenders.reference import DEPARTMENTS

CITIES = frozenset({"11", "12", "31", "50"} | {code for code, *_ in DEPARTMENTS if len(code) == 4} - {"6600"})
PROVINCES = "|".join(label for code, _name, label, _mark in DEPARTMENTS if code not in CITIES)
PROVINCE = re.compile(rf"(?:{PROVINCES})(?!市)(?:省|[\u4e00-\u9fff]{{0,4}}自治区)?")
CITY = re.compile(r"[\u4e00-\u9fff]{2,8}?(?:自治州|地区|盟|市(?!市|区))")  # not of 津市市, 沙市区
COUNTY = re.compile(r"[\u4e00-\u9fff]{1,9}?(?:自治县|县|自治旗|旗|区(?!县)|市(?!市|区))")
STREET = re.compile(r".[路街巷园号]|大道")


def city_and_county(platform: Platform) -> str:
    """Where it serves, else where its unit is registered; a city with a department of its own is known without."""
    office = platform.jurisdiction
    own = f"{office.label}市" if office.code in CITIES else ""
    found = [_named(text, own) for text in (platform.address, platform.organisation.registered_address)]
    return next((place for place in found if place), own)


def _named(address: str, own: str) -> str:
    text = re.sub(r"\s", "", address)
    text = text[found.end() :] if (found := PROVINCE.match(text)) else text
    city = _leading(CITY, text)
    county = _leading(COUNTY, text[len(city) :])
    return f"{city or (own if county else '')}{county}"


def _leading(sign: re.Pattern[str], text: str) -> str:
    found = sign.match(text)
    return found[0] if found and not STREET.search(found[0]) else ""
