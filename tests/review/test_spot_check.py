"""双随机抽查: the draw recomputed by other code, findings, the platform's answer, the three outcomes."""

from __future__ import annotations

import hashlib
import json
import math
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client
from django.urls import reverse

from platforms.querysets import people_of_organisation
from portal.kernel.workflow import TransitionBlocked, perform
from portal.models import AuditEvent
from review.models import Rectification, Revocation, SpotCheck
from review.panels import drawing
from review.records.forms import PlanForm
from review.rectifications.views import article_of
from review.revocations import services as revocation
from review.spot_checks import services as spot_check
from tests.factories.year import Year
from training.demo.files import paper

pytestmark = pytest.mark.django_db


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def recompute(data: dict) -> dict[str, list[str]]:
    """The method as the public page words it, written without looking at ours."""
    assert sha(data["secret"]) == data["commitment"]
    seed = sha(data["secret"] + "|" + data["public_number"])
    assert seed == data["seed"]
    drawn, labels = [], list(data["titles"].values())
    shares = {label: labels.count(label) * data["percent"] / 100 for label in sorted(set(labels))}
    left = math.ceil(len(labels) * data["percent"] / 100) - sum(map(math.floor, shares.values()))
    more = sorted(shares, key=lambda label: (math.floor(shares[label]) - shares[label], label))[:left]
    for stratum in shares:
        members = [number for number, label in data["titles"].items() if label == stratum]
        members.sort(key=lambda number: sha(f"{seed}|{number}"))
        drawn.extend(members[: math.floor(shares[stratum]) + (stratum in more)])
    times = dict.fromkeys(data["experts"], 0)
    teams = {}
    for number in drawn:
        barred = {code for code, other in data["conflicts"] if other == number}
        order = sorted(
            (code for code in data["experts"] if code not in barred),
            key=lambda code: (times[code], sha(f"{seed}|{number}|{code}")),
        )
        teams[number] = order[: data["team_size"]]
        for code in teams[number]:
            times[code] += 1
    return teams


def test_the_quota_is_spread_by_the_largest_remainder_and_the_order_of_the_frame_is_nothing():
    frame = {
        f"GJPT-2023-{n:04d}": ("浙江", "江苏", "西藏")[0 if n < 30 else 1 if n < 55 else 2] for n in range(56)
    }
    drawn = drawing.sample(frame, percent=10, seed="s")
    assert [sum(frame[number] == label for number in drawn) for label in ("浙江", "江苏", "西藏")] == [
        3,
        3,
        0,
    ]
    assert drawing.quotas({"浙江": 30, "江苏": 25, "西藏": 1}, percent=10, each=True) == {
        "江苏": 3,
        "浙江": 3,
        "西藏": 1,
    }
    many = {f"省{n}": size for n, size in enumerate([1] * 14 + [5, 5])}  # 10 % of 24 are three, not one each
    assert sum(drawing.quotas(many, percent=10).values()) == 3
    assert drawing.sample(dict(reversed(frame.items())), percent=10, seed="s") == drawn
    assert drawing.sample(frame, percent=10, seed="t") != drawn
    assert drawing.sample(frame, percent=100, seed="s").__len__() == 56


def test_teams_avoid_conflicts_and_share_the_load():
    experts = [f"Z{n:03d}" for n in range(1, 7)]
    barred = {("Z001", "A"), ("Z002", "A"), ("Z001", "B")}
    found = drawing.teams(["A", "B", "C"], experts, size=2, seed="s", conflicts=barred)
    assert not barred & {(code, number) for number, codes in found.items() for code in codes}
    used = [code for codes in found.values() for code in codes]
    assert len(set(used)) == 6
    with pytest.raises(drawing.PanelImpossible):
        drawing.teams(["A"], experts[:3], size=2, seed="s", conflicts=barred)


@pytest.fixture
def year():
    return Year()


def drawn_plan(year, units: int = 3):
    people = [year.unit() for _ in range(units)]
    titles = [year.title(unit) for unit in people]
    officer, lead = year.people["miit_officer"], year.people["miit_lead"]
    with year.on(date(2026, 9, 7)):
        plan = spot_check.create_plan(
            by=officer,
            name="2026 年抽查",
            year=2026,
            kind="yearly",
            subject="服务业绩真实性",
            percent=34,
            team_size=2,
        )
        plan = spot_check.announce_plan(plan, by=lead)
        with pytest.raises(TransitionBlocked, match="次日起方可抽取"), transaction.atomic():
            spot_check.draw(plan, public_number="01 02 03", public_source="双色球", by=officer)
    with year.on(date(2026, 9, 8)):
        plan = spot_check.draw(
            plan, public_number="03 11 17 26 29 31 08", public_source="双色球 2026104 期", by=officer
        )
    return plan, dict(zip([title.number for title in titles], people, strict=True))


def test_draw_is_recomputed_from_what_is_public(year, client):
    """Art. 15."""
    plan, _ = drawn_plan(year)
    data = json.loads(client.get(reverse("check_inputs", args=[plan.pk])).content)
    expected = recompute(data)
    assert data["drawn"] == expected
    stored = {
        check.title.number: {str(expert.pk) for expert in check.experts.all()} for check in plan.checks.all()
    }
    assert stored == {
        number: {plan.inputs["experts"][code] for code in codes} for number, codes in expected.items()
    }
    page = client.get(reverse("check_draw", args=[plan.pk])).content.decode()
    assert plan.seed in page
    assert plan.secret in page


def test_the_digest_of_the_frame_is_recomputed_from_what_is_public(year, client):
    """And it holds the office to the experts behind the codes, without naming them."""
    plan, _ = drawn_plan(year)
    data = json.loads(client.get(reverse("check_inputs", args=[plan.pk])).content)
    assert sha(data["canonical"]) == data["inputs_sha256"] == plan.inputs_digest
    frame = json.loads(data["canonical"])
    assert {name: frame[name] for name in ("titles", "conflicts", "percent", "each", "team_size")} == {
        name: data[name] for name in ("titles", "conflicts", "percent", "each", "team_size")
    }
    assert frame["experts"] == {code: sha(plan.inputs["experts"][code]) for code in data["experts"]}
    assert not any(key in data["canonical"] for key in plan.inputs["experts"].values())


def test_secret_is_not_public_before_the_draw(year, client):
    year.title(year.unit())
    with year.on(date(2026, 9, 7)):
        plan = spot_check.create_plan(
            by=year.people["miit_officer"],
            name="抽查",
            year=2026,
            kind="ad_hoc",
            subject="真实性",
            percent=10,
            team_size=2,
        )
        plan = spot_check.announce_plan(plan, by=year.people["miit_lead"])
    for name in ("check_inputs", "check_draw"):
        page = client.get(reverse(name, args=[plan.pk])).content.decode()
        assert plan.commitment in page
        assert plan.secret not in page


def notified(year) -> tuple[SpotCheck, object]:
    plan, units = drawn_plan(year)
    check = plan.checks.select_related("title").first()
    unit = units[check.title.number]
    assert not SpotCheck.objects.for_user(unit.user).exists()
    with year.on(date(2026, 9, 9)):
        with pytest.raises(TransitionBlocked, match="检查日期已过"), transaction.atomic():
            perform(check, "notify", by=year.people["miit_officer"], note="", visit_on=date(2026, 9, 8))
        perform(
            check, "notify", by=year.people["miit_officer"], note="请备齐服务台账", visit_on=date(2026, 9, 14)
        )
    check.refresh_from_db()
    return check, unit


def checked(year, weight: str) -> tuple[SpotCheck, object]:
    check, unit = notified(year)
    expert = check.experts.first().user
    with year.on(date(2026, 9, 14)):
        with pytest.raises(TransitionBlocked, match="先记录检查发现"), transaction.atomic():
            spot_check.hand_over(check, by=expert)
        file = None
        if weight == "fraud":
            with pytest.raises(TransitionBlocked, match="须附证据"), transaction.atomic():
                spot_check.add_finding(check, weight=weight, words="名单造假", by=expert)
            file = paper()
        spot_check.add_finding(check, weight=weight, words="服务名单与企业说明不符", upload=file, by=expert)
        spot_check.hand_over(check, by=expert, for_team=True)
    check.refresh_from_db()
    return check, unit


def test_who_has_recorded_nothing_is_named_before_the_check_is_closed_for_the_team(year, client):
    """Experts of a team visit together and one hands in for all: said by name, and confirmed (Art. 15)."""
    check, _ = notified(year)
    first, second = (expert.user for expert in check.experts.order_by("user__username"))
    address = reverse("spot_check_hand_over", args=[check.pk])
    with year.on(date(2026, 9, 14)):
        spot_check.add_finding(check, weight="none", words="与申报一致", by=first)
        client.force_login(first)
        assert f"尚未记录检查发现的专家：{second.name}" in client.get(address).content.decode()
        page = client.post(address, {"note": ""})
        assert (page.status_code, page.context["form"].non_field_errors()) == (
            409,
            [
                f"{second.name}还没有记录检查发现，提交后不能再记录。请先由其记录；检查组已一并核对的，请勾选确认后由一人代为提交。"
            ],
        )
        with pytest.raises(TransitionBlocked, match=f"^{second.name}还没有记录"), transaction.atomic():
            spot_check.hand_over(
                check, by=year.people["miit_officer"]
            )  # the ministry's officer is asked as well
        check.refresh_from_db()
        assert check.state == "NOTIFIED"
        assert client.post(address, {"note": "", "for_team": "on"}).status_code == 302
    check.refresh_from_db()
    assert check.state == "FOUND"
    assert AuditEvent.objects.get(action="spotcheck.hand_over").facts["for_team"] is True


def test_a_team_that_has_recorded_hands_in_without_a_question(year, client):
    check, _ = notified(year)
    team = [expert.user for expert in check.experts.all()]
    with year.on(date(2026, 9, 14)):
        for user in team:
            spot_check.add_finding(check, weight="none", words="与申报一致", by=user)
        client.force_login(team[0])
        address = reverse("spot_check_hand_over", args=[check.pk])
        assert "for_team" not in client.get(address).content.decode()
        assert client.post(address, {"note": ""}).status_code == 302


def test_rectification_after_the_platform_was_heard(year):
    check, unit = checked(year, "minor")
    lead = year.people["miit_lead"]
    with year.on(date(2026, 9, 15)):
        with pytest.raises(TransitionBlocked, match="平台说明期限至"), transaction.atomic():
            spot_check.order_rectification(check, by=lead, note="补齐台账")
        perform(check, "answer_findings", by=unit.user, note="已补充原始协议。")
        check.refresh_from_db()
        spot_check.order_rectification(check, by=lead, note="补齐台账")
    check.title.refresh_from_db()
    assert check.title.state == "RECTIFYING"
    assert Rectification.objects.get().spot_check_id == check.pk
    assert article_of(Rectification.objects.get()) == 15  # Art. 14 is the re-review's


def test_fraud_goes_over_to_a_revocation_with_its_evidence(year):
    check, unit = checked(year, "fraud")
    with year.on(date(2026, 9, 22)):
        spot_check.refer(check, by=year.people["miit_lead"], note="名单造假，移送撤销程序。")
    case = Revocation.objects.get()
    assert (case.ground, case.title_id, case.spot_check_id) == ("fraud", check.title_id, check.pk)
    assert case.evidence.get().words == "服务名单与企业说明不符"
    assert unit.platform.pk == case.title.platform_id


def test_results_are_published_when_all_are_concluded(year):
    check, _ = checked(year, "none")
    plan, lead = check.plan, year.people["miit_lead"]
    with year.on(date(2026, 9, 22)):
        left = plan.checks.exclude(state__in=("CLEARED",)).count()
        with pytest.raises(TransitionBlocked, match=f"还有 {left} 家"), transaction.atomic():
            spot_check.publish_results(plan, by=lead)
        perform(check, "clear", by=lead)
        shown = Client().get(reverse("check_draw", args=[plan.pk])).context["checks"]
        results = {row.pk: row.public_result for row in shown}
        assert results.pop(check.pk) == "未发现问题"  # one by one, as each is closed
        assert set(results.values()) == {"办理中"}
        for other in plan.checks.exclude(pk=check.pk):
            perform(other, "notify", by=year.people["miit_officer"], note="", visit_on=date(2026, 9, 22))
            other.refresh_from_db()
            spot_check.add_finding(other, weight="none", words="符合", by=year.people["miit_officer"])
            spot_check.hand_over(other, by=year.people["miit_officer"], for_team=True)
    with year.on(date(2026, 10, 12)):
        for other in plan.checks.exclude(pk=check.pk):
            perform(other, "clear", by=lead)
        assert spot_check.publish_results(plan, by=lead).state == "PUBLISHED"


@pytest.mark.parametrize(
    ("plan_year", "refused"), [("1900", True), ("2026", False), ("2027", False), ("2062", True)]
)
def test_a_plan_is_for_this_year_or_the_next(year, plan_year, refused):
    fields = {
        "name": "抽查",
        "kind": "yearly",
        "subject": "真实性",
        "percent": 10,
        "each": False,
        "team_size": 2,
    }
    with year.on(date(2026, 9, 7)):
        assert ("year" in PlanForm({**fields, "year": plan_year}).errors) is refused


@pytest.mark.parametrize(
    ("weight", "result"),
    [("none", "未发现问题"), ("minor", "有一般问题，不作处理"), ("fraud", "有涉嫌弄虚作假，不作处理")],
)
def test_what_was_found_is_not_published_as_nothing(year, weight, result):
    check, _ = checked(year, weight)
    with year.on(date(2026, 9, 22)):
        if weight == "fraud":
            with pytest.raises(TransitionBlocked, match="排除嫌疑须由两人办理"):
                perform(check, "clear", by=year.people["miit_lead"], note="情节轻微")
            year.two([check], "clear_suspicion", day=date(2026, 9, 22), note="原件核对一致")
        else:
            perform(check, "clear", by=year.people["miit_lead"], note="情节轻微")
    check.refresh_from_db()
    assert check.result == result


def test_who_was_drawn_does_not_leave_by_a_surrender(year):
    """The draw is public: from that moment the surrender waits for the check's end, and ends none of it."""
    check, unit = checked(year, "none")
    other = check.plan.checks.exclude(pk=check.pk).select_related("title__platform__organisation").first()
    signer = people_of_organisation(other.title.platform.organisation, "sign_organisation").first()
    with year.on(date(2026, 9, 22)):
        assert other.state == "DRAWN"
        asked = revocation.ask_surrender(other.title, reason="不再需要", by=signer)
        with pytest.raises(TransitionBlocked, match="已被抽中抽查"):
            year.two([asked], "accept", day=date(2026, 9, 22), note="没有在办事项，同意")
        mine = revocation.ask_surrender(check.title, reason="不再需要", by=unit.user)
        perform(check, "clear", by=year.people["miit_lead"])
        year.two([mine], "accept", day=date(2026, 9, 22), note="没有在办事项，同意")
    mine.refresh_from_db()
    assert mine.state == "ACCEPTED" and "第十四条" not in mine.notice.body


def test_a_draft_is_mended_or_discarded_until_it_is_announced(client):
    """A mistyped percentage is put right; what nobody needs ends, with its reason, and is never shown in public."""
    year = Year()
    year.title(year.unit())
    officer, lead = year.people["miit_officer"], year.people["miit_lead"]
    fields = {
        "name": "2026 年抽查",
        "year": 2026,
        "kind": "yearly",
        "subject": "真实性",
        "percent": 100,
        "team_size": 1,
    }
    with year.on(date(2026, 6, 1)):
        plan, needless = (spot_check.create_plan(by=officer, **fields) for _ in range(2))
        client.force_login(officer)
        page = client.get(f"/checks/{plan.pk}/").content.decode()
        assert f"/checks/{plan.pk}/edit/" in page and "放弃此计划" in page
        assert client.post(f"/checks/{plan.pk}/edit/", fields | {"percent": 0}).status_code == 422
        assert client.post(f"/checks/{plan.pk}/edit/", fields | {"percent": 10}).status_code == 302
        event = AuditEvent.objects.get(action="checkplan.edit")
        assert json.loads(event.body)["facts"] == {"percent": [100, 10]}
        assert "抽取比例（%）：100 → 10" in client.get(f"/checks/{plan.pk}/").content.decode()
        with pytest.raises(PermissionDenied):
            spot_check.edit_plan(plan, by=year.officer, **fields)
        assert client.post(f"/checks/{needless.pk}/discard/", {"note": "与年度抽查重复"}).status_code == 302
        plan.refresh_from_db(), needless.refresh_from_db()
        assert (plan.percent, needless.state) == (10, "DISCARDED")
        shown = client.get(f"/checks/{needless.pk}/").content.decode()
        assert "与年度抽查重复" in shown and "公布底册和方法后" not in shown
        plan = spot_check.announce_plan(plan, by=lead)
        for late in (plan, needless):
            with pytest.raises(TransitionBlocked, match="不能再修改"), transaction.atomic():
                spot_check.edit_plan(late, by=officer, **fields | {"percent": 50})
            assert client.get(f"/checks/{late.pk}/edit/").url == f"/checks/{late.pk}/"
            with pytest.raises(TransitionBlocked, match="当前状态为"), transaction.atomic():
                perform(late, "discard", by=officer, note="不要了")
        client.force_login(year.head)
        for path in (reverse("check_draw", args=[needless.pk]), reverse("check_inputs", args=[needless.pk])):
            assert client.get(path).status_code == 404
        public = client.get(reverse("checks_public")).content.decode()
        assert str(plan.pk) in public and str(needless.pk) not in public
