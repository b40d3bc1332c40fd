"""Editions are data: compared side by side, never asked for by name outside their package."""

from __future__ import annotations

import ast
import json
import re
from datetime import date
from pathlib import Path

import pytest

from applications.cycles.forms import CycleForm
from applications.cycles.services import create_cycle, proposed_dates, publish_cycle
from applications.editions import UNKNOWN, editions, get_edition
from applications.editions.comparison import compare
from applications.editions.frozen import text_of
from portal.kernel.workflow import TransitionBlocked
from portal.shared import law
from tests.factories.year import Year

ROOT = Path(__file__).resolve().parents[2]
TEXTS = ROOT / "tests/applications/editions"
CODES = {edition.code for edition in editions()}


def test_what_is_known_of_later_editions():
    ratio = {edition.code: edition.threshold("ratio").value for edition in editions()}
    assert ratio == {
        "interim-2010": 60,
        "measures-2012": UNKNOWN,
        "measures-2017": 80,
        "measures-2025": UNKNOWN,
    }
    assert get_edition("measures-2017").threshold("smes").value == 150
    assert get_edition("interim-2010").unknown_parts() == []
    assert "公示期" in get_edition("measures-2012").unknown_parts()


def in_lines(edition) -> str:
    return json.dumps(json.loads(text_of(edition)), ensure_ascii=False, indent=1) + "\n"


@pytest.mark.parametrize("edition", editions(), ids=lambda edition: edition.code)
def test_every_value_of_an_edition_stands_a_second_time(edition):
    """Each figure, limit, material and word as it was checked against its source; who changes one changes both."""
    assert in_lines(edition) == (TEXTS / f"{edition.code}.json").read_text("utf-8")


def test_no_sentence_numbers_an_article():
    """The edition and portal/shared/law.py say where a rule stands; whoever cites it, reads it there."""
    typed = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for app in ("portal", "platforms", "applications", "review")
        for path in (ROOT / app).rglob("*.py")
        if not {"editions", "migrations", "regulation"} & set(path.parts)
        for node in sentences_of(ast.parse(path.read_text("utf-8")))
        if re.search("第[一二三四五六七八九十]+条", node.value)
    ]
    assert typed == []


def test_no_template_numbers_an_article():
    """Neither in its words nor in an address; `law` and `law_address` read both from portal/shared/law.py."""
    texts = {path: path.read_text("utf-8") for path in (ROOT / "templates").rglob("*.html")}
    typed = [
        f"{path.relative_to(ROOT)}: {found}"
        for path, text in texts.items()
        for found in re.findall(r"第[一二三四五六七八九十0-9]+条|#art-[0-9]+|{% article [0-9]+", text)
    ]
    named = {
        name
        for text in texts.values()
        for name in re.findall(r"{% (?:law|law_address|article) ['\"](\w*)", text)
    }
    assert (typed, [name for name in named if not hasattr(law, name)]) == ([], [])


def sentences_of(tree: ast.Module) -> list[ast.Constant]:
    """Its strings that are no docstrings."""
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told
    ]


def test_comparison_says_openly_what_is_missing():
    lines = {line.label: line for line in compare(editions())}
    assert lines["专业人员占比（第五条（三））"].values == (
        "不低于 60 %",
        "未取得原文",
        "不低于 80 %",
        "未取得原文",
    )
    assert not lines[
        "资产总额（第五条（一））"
    ].differs  # 300 in each; whether it may be relaxed is told once, under 放宽
    assert lines["年服务中小企业（第五条（四））"].differs
    assert lines["公示"].values == ("15 个工作日", "未取得原文", "未取得原文", "未取得原文")
    assert not lines["公示"].differs  # not knowing is no difference


def test_page_for_everybody(client, db):
    page = client.get("/criteria/editions/").content.decode()
    assert "工信部企业〔2017〕156号" in page
    assert '<td data-label="2017 年">不低于 150 家</td>' in page  # on a phone the headings are away
    assert "未取得原文" in page


def test_unknown_parts_keep_a_year_from_being_published(db, client):
    year = Year()
    with year.on(date(2026, 1, 12)):
        dates = proposed_dates(2026)
        form = CycleForm({"year": 2026, "edition_code": "measures-2017"})
        form.is_valid()
        assert "edition_code" not in form.errors
        cycle = create_cycle(by=year.people["miit_officer"], year=2026, edition_code="measures-2017", **dates)
        with pytest.raises(TransitionBlocked, match="有未取得原文的内容"):
            publish_cycle(cycle, by=year.people["miit_lead"])
        client.force_login(year.people["miit_officer"])
        for address in (f"/cycles/{cycle.pk}/", f"/cycles/{cycle.pk}/publish/"):
            client.force_login(year.people["miit_lead"])
            page = client.get(address).content.decode()
            assert "不能据此发布年度安排" in page and "未取得原文 个工作日" not in page
        create_cycle(
            by=year.people["miit_officer"], year=2027, edition_code="interim-2010", **proposed_dates(2027)
        )
        listed = client.get("/cycles/").context["rows"]
        assert [row.year for row in listed] == sorted((row.year for row in listed), reverse=True)


def compared_editions(tree: ast.AST) -> list[int]:
    """Lines that compare anything with an edition's code or title, or test which edition object it is."""
    titles = {edition.title for edition in editions()}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            parts = [node.left, *node.comparators]
            words = {part.value for part in parts if isinstance(part, ast.Constant)}
            names = {part.id for part in parts if isinstance(part, ast.Name)}
            if words & (CODES | titles) or names & {"INTERIM_2010", "MEASURES_2012", "MEASURES_2017"}:
                found.append(node.lineno)
    return found


def test_no_rule_asks_which_edition_it_is():
    asked = [
        f"{path.relative_to(ROOT)}:{line}"
        for app in ("portal", "platforms", "applications", "review")
        for path in (ROOT / app).rglob("*.py")
        if "editions" not in path.parts and "migrations" not in path.parts
        for line in compared_editions(ast.parse(path.read_text()))
    ]
    assert asked == []
    assert compared_editions(ast.parse("if edition.code == 'interim-2010': pass")) == [1]
