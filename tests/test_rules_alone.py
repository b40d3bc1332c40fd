"""Rules on plain facts at their edges: overlaps, conflicts of interest, totals of sheets, quotas, checks before a publication."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from applications.editions import get_edition
from applications.filing.deadlines import filing_deadline
from applications.models import Application, Cycle
from applications.overlaps.rules import (
    BY_CODE,
    RULES,
    Side,
    compare_files,
    compare_rows,
    compares,
    sme_key,
    staff_key,
    whole_row,
)
from applications.recommendation.quota import over_quota, quota_reasons
from applications.states import ApplicationState as S
from platforms.models import TitleEvent
from platforms.title_history import _words
from review.experts.conflicts import SERVED, DossierFacts, ExpertFacts, conflicts
from review.freedom import Freedom, Left, enough
from review.publicity.prechecks import (
    Check,
    Prepared,
    calendar_is_announced,
    days_are_counted,
    list_is_as_deliberated,
    signer_is_still_to_come,
    telephones_are_given,
)
from review.scoring.totals import mean, running, spread, total_of, z_scores
from tests.factories.bare import bare

HERE, SAME_UNIT, ELSEWHERE = Side("p1", "o1", 2026), Side("p2", "o1", 2026), Side("p3", "o2", 2026)
LAST_YEAR = {"same": Side("p1", "o1", 2025), "unit": Side("p2", "o1", 2025), "other": Side("p3", "o2", 2025)}


@pytest.mark.parametrize(
    ("rule", "pairs"),
    [
        ("same_file", {ELSEWHERE, LAST_YEAR["other"]}),
        ("stale_file", {LAST_YEAR["same"], LAST_YEAR["unit"]}),
        ("same_staff", {SAME_UNIT, ELSEWHERE}),
        ("same_smes", {SAME_UNIT, ELSEWHERE}),
        ("copied_rows", {ELSEWHERE, LAST_YEAR["other"]}),
    ],
)
def test_which_dossiers_an_overlap_looks_at(rule, pairs):
    sides = (HERE, SAME_UNIT, ELSEWHERE, *LAST_YEAR.values())
    assert {side for side in sides if compares(BY_CODE[rule], HERE, side)} == pairs
    assert {side for side in sides if compares(BY_CODE[rule], side, HERE)} == pairs


def test_how_much_an_overlap_wants():
    assert {(rule.name, rule.least, rule.share, rule.unit, rule.materials) for rule in RULES} == {
        ("same_file", 1, 0, "份", ()),
        ("stale_file", 1, 0, "份", ("audit", "audit3", "summary3", "smes")),
        ("same_staff", 2, 0, "人", ("staff",)),
        ("same_smes", 10, 20, "家", ("smes",)),
        ("copied_rows", 5, 10, "行", ("staff", "smes", "facilities")),
    }
    assert BY_CODE["same_file"].sentences("m", {"d": "a.pdf"}, {"d"}) == (BY_CODE["same_file"].question,)
    assert BY_CODE["same_file"].sentences("m", {"d": "a.pdf"}, {"e"}) == ()


def companies(count: int, start: int = 0) -> list[dict]:
    return [
        {"uscc": f"U{number}", "year": 2025, "name": f"企业{number:03}"}
        for number in range(start, start + count)
    ]


def test_an_overlap_of_rows_from_its_least_number_and_share():
    rule = BY_CODE["same_smes"]
    found = compare_rows(rule, "smes", companies(50), companies(60, start=40), right_rows=60)
    assert (found.count, found.share, found.sample) == (10, 20, tuple(f"企业0{n}" for n in range(40, 45)))
    assert compare_rows(rule, "smes", companies(50), companies(60, start=41), right_rows=60) is None
    assert compare_rows(rule, "smes", companies(51), companies(60, start=41), right_rows=60) is None
    # The other side sends only what may be shared: its list counts as long as it is.
    assert compare_rows(rule, "smes", companies(60), companies(10), right_rows=50).share == 20
    assert compare_rows(rule, "smes", companies(60), companies(10), right_rows=51) is None
    assert compare_rows(rule, "smes", [], companies(10), right_rows=10) is None


def test_an_overlap_of_files():
    found = compare_files(
        BY_CODE["same_file"], "audit", {"a": "甲.pdf", "b": "乙.pdf", "c": "丙.pdf"}, {"a", "x"}
    )
    assert (found.count, found.share, found.sample) == (1, 33, ("甲.pdf",))
    assert compare_files(BY_CODE["same_file"], "audit", {"a": "甲.pdf"}, {"x"}) is None


def test_what_makes_two_rows_the_same():
    assert staff_key({"name": "王 越", "document": "12345x"}) == staff_key(
        {"name": "王越", "document": "12345X"}
    )
    assert (
        staff_key({"name": "王越", "document": ""}) is staff_key({"name": "", "document": "12345X"}) is None
    )
    assert sme_key({"uscc": "U", "year": "2025"}) == ("U", 2025)
    assert sme_key({"uscc": "", "year": 2025}) is sme_key({"uscc": "U", "year": None}) is None
    full = {"a": 1, "b": 2, "c": 3, "d": 4, "e": "", "f": None}
    assert whole_row(full) == (("a", "1"), ("b", "2"), ("c", "3"), ("d", "4"))
    assert whole_row({**full, "d": ""}) is None


STRANGER = ExpertFacts("UE", "专家单位", ("UP",), "浙江", past_employers=("旧单位",))
DOSSIER = DossierFacts("UA", "申报单位", "甘肃", ("US",), served_names=("服务企业",))


@pytest.mark.parametrize(
    ("expert", "dossier", "says"),
    [
        ({}, {}, []),
        ({"employer_uscc": "UA"}, {}, ["与申报单位为同一单位"]),
        ({"employer": "申报单位"}, {}, ["与申报单位为同一单位"]),
        ({"employer_uscc": ""}, {"uscc": ""}, []),
        ({"past_usccs": ("UA",)}, {}, ["曾在申报单位任职"]),
        ({"past_employers": ("申报单位",)}, {}, ["曾在申报单位任职"]),
        ({"declared_units": ("UA",)}, {}, ["本人已申报与申报单位有利益关系"]),
        ({"declared_units": ("申报单位",)}, {}, ["本人已申报与申报单位有利益关系"]),
        ({"employer_uscc": "US"}, {}, [SERVED]),
        ({"employer": "服务企业"}, {}, [SERVED]),
        ({"employer_uscc": ""}, {"served_usccs": ("",)}, []),
        ({"jurisdiction": "甘肃"}, {}, ["与申报平台同属一个地区"]),
        ({"jurisdiction": ""}, {"jurisdiction": ""}, []),
        ({}, {"declared": "同门"}, ["本人核对名单时已声明：同门"]),
        ({}, {"recused_before": True}, ["此前已声明回避"]),
    ],
)
def test_each_conflict_of_interest_by_itself(expert, dossier, says):
    facts = ExpertFacts(**{**STRANGER.__dict__, **expert}), DossierFacts(**{**DOSSIER.__dict__, **dossier})
    assert conflicts(*facts, same_province=True) == says
    place = "与申报平台同属一个地区"
    assert conflicts(*facts, same_province=False) == [reason for reason in says if reason != place]


def test_totals_of_sheets_to_the_cent():
    rubric = get_edition("interim-2010").rubric
    whole = {row.code: {"score": 80 + 5 * number} for number, row in enumerate(rubric)}
    assert total_of(whole, rubric) == Decimal("88.50")  # 80·20 + 85·25 + 90·30 + 95·15 + 100·10, by 100
    assert total_of({**whole, "management": {"score": 99.95}}, rubric) == Decimal("88.50")  # 88.495, half up
    assert total_of({**whole, "management": {}}, rubric) is None
    assert total_of({code: row for code, row in whole.items() if code != "management"}, rubric) is None
    assert running({"operation": {"score": 0}, "capability": {"score": 83}}, rubric) == {
        "points": Decimal("20.75"),
        "most": 45,
        "done": 2,
        "parts": 5,
    }
    assert (mean([]), mean([Decimal(80), Decimal("80.01")])) == (None, Decimal("80.01"))
    assert (spread([]), spread([Decimal(70)]), spread([Decimal(70), Decimal(85)])) == (0, 0, 15)
    assert z_scores([Decimal(70), Decimal(80)]) == [None, None]
    assert z_scores([Decimal(80)] * 3) == [None] * 3
    assert z_scores([Decimal(70), Decimal(80), Decimal(90)]) == [Decimal("-1.22"), 0, Decimal("1.22")]


def test_the_day_until_which_a_dossier_is_filed():
    cycle, last = Cycle(filing_until=date(2026, 3, 27)), date(2026, 3, 27)
    for admitted, until in ((None, last), (date(2026, 3, 26), last), (date(2026, 4, 2), date(2026, 4, 2))):
        assert filing_deadline(Application(cycle=cycle, late_filing_until=admitted)) == until


def test_the_quota_is_counted_again_when_a_list_leaves(db):
    rows = [bare(S.RECOMMENDED), bare(S.REPORTED), bare(S.NOT_RECOMMENDED), bare(S.DRAFT)]
    cycle, office = rows[0].cycle, rows[0].recommender
    assert {row.cycle_id for row in rows} == {cycle.pk}
    over = "本年度推荐名额 {} 家，已推荐 2 家，超出 {} 家，请先收回推荐后再报送。"
    for quota, says in ((None, []), (2, []), (1, [over.format(1, 1)]), (0, [over.format(0, 2)])):
        cycle.quota_department = quota
        assert quota_reasons(office, cycle, "DESIGNATION") == says
        assert quota_reasons(office, cycle, "REREVIEW") == []
    assert over_quota(cycle, "quota_department", 2) == over_quota(cycle, "quota_department", None) == []
    assert over_quota(cycle, "quota_department", 1) == [f"{office.label} 2 家"]
    assert over_quota(cycle, "quota_city", 1) == over_quota(cycle, "panel_size", 1) == []


def test_enough_people_are_left_to_hear_what_is_said_against_a_list():
    first, second = SimpleNamespace(pk=1), SimpleNamespace(pk=2)
    assert enough([first, second], {2})
    assert not enough([first, second], {3})
    assert not enough([second], {2})
    short, well = Left(first, [], ["甲"]), Left(second, [first], [])
    assert Freedom(None, [short]).is_short
    assert not Freedom(None, [short, well]).is_short
    assert not Freedom(None, []).is_short


def prepared(
    *, counted: int = 15, start=date(2026, 5, 18), end="2026-06-05", picked=(), proposed=(), **phones
):
    content = {
        "days": [("", "", "第 1 个工作日")] * counted + [("", "", "周末")],
        "start": f"{start}",
        "end": end,
    }
    return Prepared(content, proposed, picked, start, phones)


def of_year(days: int, programme=None):
    return SimpleNamespace(
        pk=1,
        cycle=SimpleNamespace(edition=SimpleNamespace(publicity_days=days), programme_id=programme),
        platform=SimpleNamespace(name="甲平台"),
    )


def test_what_a_publicity_is_held_against(db):
    row = of_year(15)
    for counted, tone in ((14, "bad"), (15, "ok"), (16, "bad")):
        line = days_are_counted(prepared(counted=counted, picked=[row]))
        assert line == Check("公示期工作日", f"{counted} 日", tone)
    both = {"contact_phone": "010-1", "supervision_phone": "010-2"}
    assert telephones_are_given(prepared(**both)) == Check("联系电话已填写", "2 处", "ok")
    for phones, unfilled in (({**both, "contact_phone": ""}, 1), ({"contact_phone": "010-1"}, 1), ({}, 2)):
        line = telephones_are_given(prepared(**phones))
        assert line == Check("联系电话未填写", f"{unfilled} 处", "bad", "填写后才能送审签。")
    assert signer_is_still_to_come(prepared(picked=[row])).label == "司局负责人审签"
    assert signer_is_still_to_come(prepared(picked=[of_year(15, programme=7)])).label == "负责人审签"
    assert signer_is_still_to_come(prepared()).label == "司局负责人审签"
    unsigned = Check("名单与合议结果一致", "1 / 1", "bad", "甲平台的结论没有审签记录。")
    assert list_is_as_deliberated(prepared(picked=[row], proposed=[row])) == unsigned
    left = Check("名单与合议结果一致", "0 / 1", "warn", "有已拟定结论的平台未列入本次名单。")
    assert list_is_as_deliberated(prepared(proposed=[row])) == left
    assert list_is_as_deliberated(prepared()).tone == "ok"
    assert calendar_is_announced(prepared()) == Check("节假日安排已录入", "2026", "ok")
    unknown = calendar_is_announced(prepared(start=date(2031, 12, 20), end="2032-01-10"))
    assert (unknown.tone, unknown.value) == ("bad", "2031、2032")
    assert unknown.words == "2031、2032 年的安排尚未录入，截止日期无法确定。"
    assert [Check("", "", tone).icon for tone in ("ok", "warn", "bad", "todo")] == [
        "check",
        "alert-circle",
        "x",
        "clock",
    ]


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ({"kind": "granted", "notice_title": "公告", "notice_number": "1 号"}, "授予称号（公告 1 号）"),
        ({"kind": "confirmed"}, "复核合格，称号延续"),
        ({"kind": "redesignated"}, "再次认定，称号延续"),
        ({"kind": "granted", "remark": "附注"}, "授予称号"),
        ({"kind": "granted", "remark": "附注", "batch_id": 7}, "授予称号，备注：附注"),
        ({"kind": "revoked", "remark": "造假", "notice_title": "公告"}, "已撤销：造假（公告）"),
        ({"kind": "revoked", "remark": "公告", "notice_title": "公告"}, "已撤销：公告"),
        ({"kind": "revoked", "remark": "造假"}, "已撤销：造假"),
        ({"kind": "changed", "remark": "迁址"}, "登记信息变更：迁址"),
        ({"kind": "changed", "remark": "迁址", "notice_title": "公告"}, "登记信息变更：迁址（公告）"),
        ({"kind": "renamed"}, "更名：原名“旧平台”（旧单位）"),
    ],
)
def test_how_a_title_s_history_reads(event, words):
    assert _words(TitleEvent(**event), ("旧平台", "旧单位"), False) == words


def test_a_new_certificate_is_told_with_the_new_name():
    event = TitleEvent(kind="renamed", notice_title="公告")
    assert _words(event, ("旧平台", "旧单位"), True) == "更名换发证书：原名“旧平台”（旧单位）（公告）"


def test_a_platform_handed_on_to_another_unit_has_no_new_name():
    event = TitleEvent(kind="renamed", platform_name="平台", organisation_name="新单位", notice_title="公告")
    assert (
        _words(event, ("平台", "旧单位"), True, True) == "运营单位变更，换发证书：原运营单位“旧单位”（公告）"
    )
    assert _words(event, ("旧平台", "旧单位"), True, True).startswith("更名换发证书")
