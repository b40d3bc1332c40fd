"""The regulation's text, article by article, verbatim, with an anchor for each article and item."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).with_name("interim_measures_2010.txt")
ORDINALS = "零一二三四五六七八九十"
ARTICLE = re.compile(r"^第([一二三四五六七八九十]+)条\s*(.*)$")
CHAPTER = re.compile(r"^第[一二三四五]章\s+\S.*$")
ITEM = re.compile(r"^（([一二三四五六七八九十]+)）(.*)$")


@dataclass(frozen=True)
class Part:
    """A paragraph or an item; `item` is its Chinese number, empty for a plain paragraph."""

    text: str
    item: str
    anchor: str


@dataclass(frozen=True)
class Article:
    number: int
    label: str
    anchor: str
    chapter: str
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        return "".join(part.text for part in self.parts)


def number_of(words: str) -> int:
    """十二 → 12"""
    if words in ORDINALS:
        return ORDINALS.index(words)
    tens, _, ones = words.partition("十")
    return (ORDINALS.index(tens) if tens else 1) * 10 + (ORDINALS.index(ones) if ones else 0)


@cache
def articles() -> tuple[Article, ...]:
    found: list[tuple[int, str, str, list[str]]] = []
    chapter = ""
    for line in SOURCE.read_text(encoding="utf-8").splitlines():
        text = line.strip("\u3000 \t\r")
        if CHAPTER.match(text):
            chapter = re.sub(r"\s+", " ", text)
        elif match := ARTICLE.match(text):
            found.append((number_of(match[1]), f"第{match[1]}条", chapter, [match[2].strip()]))
        elif text.startswith("附件"):
            break
        elif text and found:
            found[-1][3].append(text)
    return tuple(_article(*row) for row in found)


def _article(number: int, label: str, chapter: str, lines: list[str]) -> Article:
    parts = []
    for line in lines:
        match = ITEM.match(line)
        item = match[1] if match else ""
        anchor = f"art-{number}-{number_of(item)}" if item else ""
        parts.append(Part(line, item, anchor))
    return Article(number, label, f"art-{number}", chapter, tuple(parts))


def article(number: int) -> Article:
    return articles()[number - 1]


ANNEXES = (
    "国家中小企业公共服务示范平台推荐表",
    "国家中小企业公共服务示范平台申请报告",
    "国家中小企业公共服务示范平台年度运营情况测评表",
)


def search_articles(text: str) -> list[Article]:
    """Articles that contain the text, ten at most."""
    return [one for one in articles() if text in one.text][:10]
