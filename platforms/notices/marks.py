"""Marks of a printed list: numbers in other signs, footnotes, ticks, signs for nothing, glosses of a copied page."""

from __future__ import annotations

import re
from collections.abc import Iterable

import unicodedata2

from platforms.notices.sources import Line
from portal.shared.names import tidy_text

CHINESE = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {"○": 0, "零": 0, "十": 10}
CHINESE_NUMBER = re.compile(r"[(（]?([一二三四五六七八九]?十?[一二三四五六七八九]?)[)）]?[、.．]?")
NOTHING = re.compile(r"[/\\\-—–－_.。\s]*|无|空|N/?A", re.IGNORECASE)
TICK = re.compile(r"[√✓✔☑■●★◆▲○◎Yy是有1]")
# ① ⑴ ⒈ and ㈠ stand for a number; the signs of a footnote stand behind a name or before its note.
ENCLOSED = re.compile(r"^\s*([\u2460-\u249b\u3220-\u3229\u24f5-\u24fe\u2776-\u277f])\s*(?=\S)")
BULLET = re.compile(r"^\s*[●○•·■□◆◇▪➢►]\s*(?=[\u4e00-\u9fff])")
INLINE = re.compile(r"(?:^|(?<=[\s；;。，,]))(\d{1,3})[、.．]\s*(?=[\u4e00-\u9fff])")
SIGN = r"[\u2460-\u2473¹²³\u2070-\u2079*＊※△▲☆★]{1,3}|[\[［【〔(（](?:注\s*)?\d{1,2}[\]］】〕)）]|[(（](?:注|见注|\*)\s*\d{0,2}[)）]"
BEHIND = re.compile(rf"^(.{{4,}}?)\s*({SIGN})$")
BEFORE = re.compile(r"^([*＊※△▲☆★]{1,3})\s*(?=[\u4e00-\u9fff])")
NOTE = re.compile(rf"^(?:(?:备?注|说明|注释)\s*[:：]?\s*)?({SIGN}|注\s*\d{{1,2}})\s*[:：.、]?\s*(\S.*)$")
# A page joins two notes to one paragraph, with a sign of its own before each.
NEXT_NOTE = re.compile(
    rf"[；;。]\s*(?={SIGN})|(?<![\u2460-\u2473¹²³*＊※△▲☆★:：注])\s*(?=[\u2460-\u2473¹²³*＊※△▲☆★]{{1,3}}\s*[\u4e00-\u9fff])"
)
# 企業(yè): a page that spells each character of the other script.
GLOSS = re.compile(r"(?<=[\u3400-\u9fff])[(（]([a-zāáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜü]{1,6})[)）]")
TONED = re.compile(r"[āáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜ]")


def read_chinese(text: str) -> int:
    """十一, 二十 and 三 as figures."""
    before, ten, after = text.partition("十")
    return (CHINESE[before] if before else bool(ten)) * (10 if ten else 1) + (CHINESE[after] if after else 0)


ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
ROMAN_NUMBER = re.compile(r"[(（]?(C{0,3}(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3}))[)）]?[、.．]?")


def read_roman(text: str) -> int:
    values = [ROMAN[letter] for letter in text]
    return sum(
        -value if value < max(values[at + 1 :], default=0) else value for at, value in enumerate(values)
    )


def read_number(text: str) -> int | None:
    """01, 1., ①, （三）, 十一, Ⅳ and XIV as the number of a row."""
    plain = text.strip()
    if ENCLOSED.match(plain + "x") and len(plain) == 1:
        return int(unicodedata2.numeric(plain))
    if (found := CHINESE_NUMBER.fullmatch(plain)) and found[1]:
        return read_chinese(found[1])
    folded = unicodedata2.normalize("NFKC", plain)
    if (found := ROMAN_NUMBER.fullmatch(folded)) and found[1]:
        return read_roman(found[1])
    digits = re.findall(r"\d+", re.sub(r"(?<=\d)\s+(?=\d)", "", folded))  # 1 0 in spread letters
    return int(digits[0]) if len(digits) == 1 and len(digits[0]) <= 6 else None


def plain_lead(text: str) -> str:
    """A line that begins with ① or ⒈ as one that begins with 1, and one with a bullet without it."""
    text = BULLET.sub("", text)
    found = ENCLOSED.match(text)
    return f"{int(unicodedata2.numeric(found[1]))}. {text[found.end() :]}" if found else text


def split_numbers(text: str) -> list[str]:
    """1、甲 2、乙 3、丙 on one line as three; numbers that do not follow one another part nothing."""
    found = list(INLINE.finditer(text))
    numbers = [int(one[1]) for one in found]
    if len(found) < 2 or found[0].start() or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return [text]
    ends = [one.start() for one in found[1:]] + [len(text)]
    return [text[one.start() : end].strip(" ；;，,") for one, end in zip(found, ends, strict=True)]


def is_nothing(text: str) -> bool:
    return bool(NOTHING.fullmatch(text))


def is_tick(text: str) -> bool:
    return bool(TICK.fullmatch(text.strip()))


def take_sign(name: str) -> tuple[str, str]:
    """A name without the sign of its footnote, and the sign."""
    if found := BEFORE.match(name):
        return name[found.end() :], found[1]
    if found := BEHIND.match(name):
        return found[1], found[2]
    return name, ""


def sign_key(sign: str) -> str:
    plain = re.sub(r"[\[\]［］【】〔〕()（）注见\s]", "", sign) or "注"
    return plain if ENCLOSED.match(plain + "x") else unicodedata2.normalize("NFKC", plain)


def read_footnotes(lines: Iterable[Line]) -> dict[str, str]:
    """What each sign says below the list."""
    found: dict[str, str] = {}
    for line in lines:
        for part in NEXT_NOTE.split(line.text) if NOTE.match(line.text) else [line.text]:
            if note := NOTE.match(part):
                found.setdefault(sign_key(note[1]), tidy_text(note[2]).rstrip("。；"))
    return found


def strip_glosses(text: str) -> str:
    return GLOSS.sub("", text)


def has_glosses(text: str) -> bool:
    return sum(bool(TONED.search(found)) for found in GLOSS.findall(text)) >= 3
