"""Requirements of titles, checks, objections and years with a record beside the row: each asked alone, with it and without."""

from __future__ import annotations

from datetime import timedelta

import pytest

from applications.dossiers.requirements import (
    a_name_on_a_list_is_changed_by_case,
    a_platform_on_a_list_is_renamed_by_case,
    a_platform_stays_as_filed,
    a_unit_stays_as_filed,
)
from applications.models import Cycle, Material
from applications.states import ApplicationState as S
from platforms.models import ImportBatch, TitleClaim
from portal.kernel.permissions import SYSTEM, Role
from portal.kernel.workflow import Attempt
from portal.models import StoredFile
from review.models import (
    CheckFinding,
    CheckPlan,
    Notice,
    NoticeItem,
    Objection,
    OutsideHandler,
    Revocation,
    SecondLook,
    SpotCheck,
    Surrender,
)
from tests.factories import dossiers, people
from tests.factories.bare import NOON, bare, put, stand
from tests.factories.dossiers import on
from tests.factories.tampering import unsealed
from tests.test_rules import D, registered, said

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def answers(name: str, row, **attempt) -> bool:
    return bool(said(name, row, **attempt))


# --- how a title ends ---


@pytest.fixture
def title():
    return dossiers.title(dossiers.unit())


def case_of(title, state: str, ground: str = "fraud") -> Revocation:
    given = {"opened_by": people.ministry(), "opened_at": NOON, "number": f"CX{state}{ground}"}
    return put(Revocation, title=title, ground=ground, state=state, **given)


OTHER_GROUND = next(str(row) for row in Revocation.Ground if row != Revocation.Ground.FRAUD)


@pytest.mark.parametrize(
    ("state", "ground", "revoked", "ended"),
    [
        ("DECIDED", "fraud", [], []),
        ("DECIDED", OTHER_GROUND, ["撤销称号须先由两人作出撤销决定。"], []),
        (
            "NOTIFIED",
            "fraud",
            ["撤销称号须先由两人作出撤销决定。"],
            ["终止称号须先由两人作出复核不合格或者撤销的决定。"],
        ),
    ],
)
def test_a_title_ends_by_a_decision_of_two(title, state, ground, revoked, ended):
    case_of(title, state, ground)
    assert said("fraud_was_decided", title) == revoked
    assert said("failure_was_decided", title) == ended
    for name in ("fraud_was_decided", "failure_was_decided", "surrender_was_accepted"):
        assert registered()[name].sentences(title, Attempt("", SYSTEM)) == ()


@pytest.mark.parametrize(("state", "allowed"), [("FAILED", True), ("CONFIRMED", False)])
def test_a_failed_rereview_ends_it_too(title, state, allowed):
    bare(state, procedure="REREVIEW", designation=title)
    assert answers("failure_was_decided", title) is not allowed


@pytest.mark.parametrize(("state", "allowed"), [("ACCEPTED", True), ("ASKED", False)])
def test_a_title_is_given_up_with_consent(title, state, allowed):
    put(Surrender, title=title, reason="停业", asked_by=people.user(), asked_at=NOON, state=state)
    assert answers("surrender_was_accepted", title) is not allowed


def check_of(title, state: str = "NOTIFIED") -> SpotCheck:
    by = people.ministry()
    given = {"name": "抽查", "year": 2026, "kind": "random", "subject": "titles", "percent": 10}
    plan = put(CheckPlan, created_by=by, created_at=NOON, **given)
    return put(SpotCheck, plan=plan, title=title, position=1, state=state)


@pytest.mark.parametrize(
    ("hold", "sentence"),
    [
        (lambda title: case_of(title, "NOTIFIED"), "该平台正在撤销程序中，办结前不能以放弃称号代替。"),
        (lambda title: case_of(title, "DROPPED"), ""),
        (lambda title: check_of(title), "该平台已被抽中抽查，抽查办结后方可办理。"),
        (lambda title: check_of(title, "CLEARED"), ""),
    ],
)
def test_nobody_gives_up_a_title_on_the_way_to_losing_it(title, hold, sentence):
    row = Surrender(title=title)
    assert said("no_revocation_is_open", row) == []
    hold(title)
    assert said("no_revocation_is_open", row) == ([sentence] if sentence else [])


# --- what a check has found ---


@pytest.mark.parametrize(
    ("weight", "told"),
    [
        (None, {"something_was_recorded", "fraud_is_on_record"}),
        ("none", {"fraud_is_on_record"}),
        ("grave", {"fraud_is_on_record", "nothing_grave_was_found"}),
        ("fraud", {"no_fraud_is_on_record"}),
    ],
)
def test_what_a_check_may_conclude_from_what_it_found(title, weight, told):
    check = check_of(title)
    if weight:
        expert = people.user(Role.EXPERT)
        paper = put(
            StoredFile,
            owner_id=check.pk,
            name="a.pdf",
            sha256="0" * 64,
            size=1,
            uploaded_by=expert,
            uploaded_at=NOON,
        )
        fields = {"words": "情况", "found_by": expert, "found_at": NOON, "evidence": paper}
        put(CheckFinding, check_of=check, weight=CheckFinding.Weight(weight), **fields)
    names = {
        "something_was_recorded",
        "fraud_is_on_record",
        "no_fraud_is_on_record",
        "nothing_grave_was_found",
    }
    assert {name for name in names if answers(name, check)} == told
    assert not answers("nothing_grave_was_found", check, note="已整改")
    assert not answers("nothing_grave_was_found", check, looking_ahead=True)


# --- what stands against a dossier ---


@pytest.fixture
def objected():
    """A publicised dossier's line, against which an objection can be put."""
    row = bare(S.PUBLICISED)
    notice = put(
        Notice,
        kind="publicity",
        serial=1,
        title="公示",
        body="",
        items_text="",
        digest="",
        published_on=D,
        created_at=NOON,
    )
    words = {
        "platform_name": "平台",
        "organisation_name": "单位",
        "recommender_name": "浙江",
        "outcome": "designate",
    }
    return put(NoticeItem, notice=notice, application=row, position=1, **words)


def object_to(item: NoticeItem, state: str, facts: str = "名单不实", **fields) -> Objection:
    who = {"objector_name": "李", "objector_contact": "1", "received_at": NOON, "query_code": "1"}
    number = f"YY{Objection.objects.count()}"
    return put(Objection, item=item, receipt_number=number, facts=facts, state=state, **who, **fields)


@pytest.mark.parametrize(
    ("state", "holds"), [("RECEIVED", 1), ("VERIFYING", 1), ("UPHELD", 0), ("DISMISSED", 0)]
)
def test_an_open_objection_holds_the_decision(objected, state, holds):
    row = objected.application
    assert said("no_objection_is_open", row) == []
    object_to(objected, state)
    told = said("no_objection_is_open", type(row).objects.get(pk=row.pk))
    assert [line[:5] for line in told] == ["有 1 件"] * holds


@pytest.mark.parametrize(
    ("state", "facts", "holds"),
    [
        ("VERIFYING", "弄虚作假", True),
        ("VERIFYING", "迟到", False),
        ("DISMISSED", "弄虚作假", False),
    ],
)
def test_nobody_leaves_a_round_from_an_allegation_of_fraud(objected, state, facts, holds):
    object_to(objected, state, facts)
    object_to(objected, "VERIFYING", "字号不一致")
    assert answers("no_allegation_of_fraud_is_open", objected.application) is holds


# --- what was filed stays ---


@pytest.mark.parametrize(
    ("state", "filed"),
    [("DRAFT", False), ("SUBMITTED", True), ("PUBLICISED", True), ("RETURNED", False), ("DESIGNATED", False)],
)
def test_what_was_filed_stays_while_it_is_decided_on(state, filed):
    """A name on a public list may change, by a case alone, and its line is corrected."""
    row = bare(state)
    unit, by_case = row.platform.organisation, state == "PUBLICISED"
    for field in ("name", "kind", "established_on"):
        stays = filed and not (by_case and field == "name")
        assert bool(list(a_unit_stays_as_filed(unit, {field, "address"}))) is stays, field
    for field in ("name", "kind", "functions", "jurisdiction", "operating_since", "organisation"):
        stays = filed and not (by_case and field == "name")
        assert bool(list(a_platform_stays_as_filed(row.platform, {field, "phone"}))) is stays, field
    assert bool(list(a_name_on_a_list_is_changed_by_case(unit, {"name", "address"}))) is by_case
    assert bool(list(a_platform_on_a_list_is_renamed_by_case(row.platform, {"name", "phone"}))) is by_case
    assert list(a_unit_stays_as_filed(unit, {"address", "phone"})) == []
    assert list(a_platform_stays_as_filed(row.platform, {"address", "phone"})) == []


# --- lent people and claimed titles ---


@pytest.mark.parametrize(
    ("state", "replied", "holds"),
    [("DISMISSED", None, True), ("DISMISSED", NOON, False), ("VERIFYING", None, False)],
)
def test_whoever_is_lent_answers_before_going(objected, state, replied, holds):
    lent, other = people.user(Role.RECOMMENDER), people.user(Role.RECOMMENDER)
    object_to(objected, state, handler=lent, replied_at=replied)
    object_to(objected, "DISMISSED", handler=other)
    row = OutsideHandler(application=objected.application, handler=lent)
    assert answers("whoever_objected_is_answered", row) is holds


@pytest.mark.parametrize(
    ("state", "owns_one", "fits"),
    [("ACTIVE", True, False), ("ACTIVE", False, True), ("ENDED", True, True)],
)
def test_a_living_title_joins_no_other(state, owns_one, fits):
    of = dossiers.unit()
    if owns_one:
        dossiers.title(of)
    old = dossiers.title(dossiers.unit())
    old.on_paper, old.uscc, old.jurisdiction = True, "", of.platform.jurisdiction
    stand(old, state)
    told = said("title_and_unit_fit", TitleClaim(title=old, platform=of.platform))
    assert [line[:9] for line in told] == ([] if fits else ["您的平台已有有效称号"[:9]])


def test_a_notice_is_read_before_it_is_carried_out():
    """What is pasted without title and day decides nothing; other lists need no notice."""
    notice = ImportBatch(kind=ImportBatch.Kind.NOTICE)
    other = next(row for row in ImportBatch.Kind if row != ImportBatch.Kind.NOTICE)
    assert said("notice_decides", notice) == ["请填写公告标题。", "请填写公告日期。"]
    assert said("notice_decides", ImportBatch(kind=other)) == []


# --- a year, a dossier's materials, a team ---


def test_a_year_is_published_while_it_can_be_filed_in():
    year = dossiers.cycle()
    for day, told in (
        (year.filing_until, []),
        (year.filing_until + DAY, ["填报截止日期已过，请先调整日期。"]),
    ):
        with on(day):
            assert said("edition_is_known", year) == told
    later = Cycle(edition_code="measures-2012", filing_until=year.filing_until)
    with on(year.filing_until):
        (sentence,) = said("edition_is_known", later)
    assert sentence.endswith("不能据此发布年度安排。")


@pytest.mark.parametrize(
    ("code", "status", "whole"),
    [
        ("licence", "done", True),
        ("licence", "optional", True),
        ("licence", "checking", True),
        ("licence", "missing", False),
        ("declaration", "missing", True),
    ],
)
def test_every_material_but_the_declaration_is_whole(code, status, whole):
    row = bare(S.DRAFT)
    row.materials.all().delete()
    put(Material, application=row, code=code, position=1, status=status)
    told = said("every_material_is_complete", row)
    assert told == ([] if whole else ["材料（二）法人证书或营业执照尚未完成，请先补齐。"])


def test_a_team_hands_in_together(title):
    check, first, second = check_of(title), people.expert(), people.expert()
    with unsealed(SpotCheck):
        check.experts.set([first, second])

    def asked(**more) -> tuple[str, ...]:
        return registered()["the_team_agrees"].sentences(check, Attempt("", first.user, **more))

    assert asked()[0].startswith(f"{second.user.name}还没有记录检查发现")
    assert asked(facts={"for_team": True}) == asked(looking_ahead=True) == ()
    fields = {"words": "符合", "found_by": second.user, "found_at": NOON}
    put(CheckFinding, check_of=check, weight=CheckFinding.Weight.NONE, **fields)
    assert asked() == ()


@pytest.mark.parametrize(("state", "open_ones"), [("ASKED", 1), ("GRANTED", 0), ("DISMISSED", 0)])
def test_a_year_ends_when_every_second_look_is_heard(state, open_ones):
    row = bare(S.REJECTED)
    given = {
        "decision": "reject",
        "decided_on": D,
        "reasons": "理由",
        "asked_by": people.user(),
        "asked_at": NOON,
    }
    put(SecondLook, application=row, state=state, **given)
    put(SecondLook, application=bare(S.REJECTED, cycle=dossiers.cycle(2027)), state="ASKED", **given)
    assert said("no_second_look_is_open", row.cycle) == ["还有 1 件结果申诉没有办结。"] * open_ones
