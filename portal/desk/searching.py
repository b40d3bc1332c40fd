"""The registry of what can be searched: each app says once what is found by words, publicly or within one's rights.

A searcher of public things gets the words; a searcher of work gets the person as well and starts from that
person's scope, never from all rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import strip_tags

from portal.regulation import ORDINALS, articles, number_of, search_articles

EACH = 10  # hits of one kind, at most
ARTICLE = re.compile(r"第?([一二三四五六七八九十]{1,3}|\d{1,2})条")
ASKED = re.compile(
    r"^(请问)?(怎么样?|怎样|如何|什么是|在?哪里|谁)|(怎么办|怎么样?|是什么|在?哪里|吗|呢)?[？?]?$"
)
SECTION = re.compile(r'<h2 id="(\w+)">(.*?)</h2>|<li>(.*?)</li>', re.DOTALL)


@dataclass(frozen=True)
class Hit:
    kind: str
    title: str
    url: str
    text: str = ""


PublicSearcher = Callable[[str], Iterable[Hit]]
WorkSearcher = Callable[[object, str], Iterable[Hit]]
_public: list[PublicSearcher] = []
_work: list[WorkSearcher] = []


def searches(function: PublicSearcher) -> PublicSearcher:
    """Register a public search: words → hits (at most ten)."""
    _public.append(function)
    return function


def searches_work(function: WorkSearcher) -> WorkSearcher:
    """Register a search of one's own work: person and words → hits within the person's rights (at most ten)."""
    _work.append(function)
    return function


def hits_for(user, query: str) -> list[Hit]:
    """One's own work first, then what everybody finds."""
    own = [hit for searcher in _work for hit in searcher(user, query)] if user.is_authenticated else []
    return own + [hit for searcher in _public for hit in searcher(query)]


@login_not_required
def search(request):
    query = request.GET.get("q", "").replace("\0", "").strip()[:60]
    hits = hits_for(request.user, query) if query else []
    thing = ASKED.sub("", query).strip()  # of a question, what it asks about
    if not hits and thing not in ("", query):
        hits = hits_for(request.user, thing)
    return render(request, "portal/search.html", {"q": query, "hits": hits})


def part_of(text: str, query: str, around: int = 30) -> str:
    """The words where they stand."""
    at = max(text.find(query), 0)
    start, end = max(at - around, 0), at + len(query) + around
    shown = text[start:end].replace("\n", " ")
    return f"{'…' if start else ''}{shown}{'…' if end < len(text) else ''}"


@searches
def articles_of_the_regulation(query: str) -> list[Hit]:
    """By number (第十五条, 15条) or by words."""
    match = ARTICLE.fullmatch(query.replace(" ", ""))
    if not match:
        found = search_articles(query)
    else:
        words = match[1]
        number = int(words) if words.isdecimal() else number_of(words) if words[0] in ORDINALS + "十" else 0
        found = [one for one in articles() if one.number == number]
    return [
        Hit("条文", one.label, reverse("regulation") + f"#{one.anchor}", part_of(one.text, query))
        for one in found
    ]


@searches
def help_page(query: str) -> list[Hit]:
    found, anchor, heading = [], "", ""
    for section, name, line in SECTION.findall(render_to_string("portal/guide/_help.html")):
        anchor, heading = (section, strip_tags(name)) if section else (anchor, heading)
        words = " ".join(strip_tags(line).split())
        if query in words or (section and query in heading):
            found.append(Hit("帮助", heading, f"{reverse('help')}#{anchor}", words[:60]))
    return found[:EACH]
