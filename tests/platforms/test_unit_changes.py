"""Changes of a titled unit: paper, verifier, second person, notice, certificate; a move escapes nothing."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from platforms.models import AnnualSummary, Platform, Recommender, Suspension, UnitChange
from platforms.organisations.services import edit_organisation, edit_platform
from platforms.querysets import people_of_organisation
from platforms.register.queries import as_of, as_they_stood
from platforms.register.services import grant_title
from platforms.unitchanges.receiving import NEEDS_PAPER, consent_in_words, decline, receive
from platforms.unitchanges.services import _titles_touched, file_change
from portal.desk.todo import todos_for
from portal.kernel import clock, outbox, signoff
from portal.kernel.permissions import Role
from portal.kernel.workflow import TransitionBlocked, perform
from portal.models import Notification
from review.models import SpotCheck
from tests.factories import people, supervision
from tests.factories.titles import make_staff, make_titled, make_user
from training.demo.files import paper

pytestmark = pytest.mark.django_db
NEW = "越州纺织服务集团有限公司"


@pytest.fixture
def titled():
    return make_titled()


@pytest.fixture
def ministry():
    return make_user("officer", Role.MINISTRY_OFFICER), make_user("head", Role.MINISTRY_LEAD)


def licence():
    return paper("营业执照.pdf")


def client_of(user=None) -> Client:
    client = Client()
    if user:
        client.force_login(user, backend="portal.accounts.backends.PortalBackend")
    return client


def change_of(titled, **more) -> UnitChange:
    values = more.pop("values", {})
    return file_change(
        titled.title.platform, values=values, reason="经登记机关核准", paper=licence(), by=titled.lead, **more
    )


def move(titled, label="江苏") -> UnitChange:
    return change_of(titled, moves_to=Recommender.objects.get(label=label))


def decide(change, ministry, **facts):
    return signoff.sign(signoff.prepare([change], "approve", by=ministry[0], **facts), by=ministry[1])


def stood(title, day) -> tuple[str, str]:
    """Office and code of a title in the register as of a day."""
    row = as_they_stood(as_of(day).filter(pk=title.pk), day)[0]
    return row.recommender.label, row.uscc


def asked(user) -> str:
    return next((f"{one.hint}{one.waiting_for}" for one in todos_for(user) if "变更登记" in one.title), "")


def test_a_new_name_from_its_paper_to_the_next_certificate(titled, ministry):
    unit, title = titled.title.platform.organisation, titled.title
    lead, officer = client_of(titled.lead), client_of(titled.officer)
    sent = {"name": NEW, "legal_person": unit.legal_person, "reason": "更名", "paper": licence()}
    address = lead.post(f"/my/platforms/{title.platform_id}/change/", sent).url
    change = UnitChange.objects.get()
    assert change.lines == [("单位名称", unit.name, NEW)]  # what stays the same is no change
    assert (asked(titled.lead), asked(titled.officer)) == ("主管部门核验", "请与证照逐项核对")
    assert officer.post(f"{address}ask/", {"note": ""}).status_code == 422
    officer.post(f"{address}ask/", {"note": "执照上的名称没有“集团”二字"})
    assert "执照上的名称没有“集团”二字" in lead.get(address).content.decode()
    lead.post(f"{address}explain/", {"note": "7 月换领的执照见附件", "paper": licence()})
    officer.post(f"{address}verify/", {"note": ""})
    assert asked(ministry[0]) == "主管部门已核验"
    page = client_of(ministry[0]).get(address).content.decode()
    assert titled.officer.name in page and "7 月换领的执照见附件" in page and page.count("营业执照.pdf") >= 2
    client_of(ministry[0]).post(f"{address}approve/", {"document": "2026 年第 9 号", "note": ""})
    act = signoff.waiting_for(change).get()
    with pytest.raises(TransitionBlocked):
        signoff.sign(act, by=ministry[0])
    signoff.sign(act, by=ministry[1])
    title.refresh_from_db()
    unit.refresh_from_db()
    assert (title.organisation_name, unit.name, unit.verified_by) == (NEW, NEW, titled.officer)
    assert title.certificates.get(superseded_on=None).issue == 2
    public = client_of()
    history = public.get(f"/directory/{title.key}/").content.decode()
    assert "更名换发证书" in history and "2026 年第 9 号" in history
    assert NEW in public.get(f"/directory/changes/{change.pk}/").content.decode()
    assert f"/directory/changes/{change.pk}/" in public.get("/notices/changes/").content.decode()
    assert "/notices/changes/" in public.get("/notices/").content.decode()


def test_who_is_called_is_read_whole_only_by_whom_it_waits_for(titled, ministry):
    change = change_of(titled, values={"name": NEW, "contact": "赵越明", "phone": "13757500123"})
    inspector = client_of(make_user("inspector", Role.INSPECTOR))
    pages = {"officer": client_of(titled.officer), "inspector": inspector}
    address = f"/unit-changes/{change.pk}/"
    assert "13757500123" in pages["officer"].get(address).content.decode()
    assert "13757500123" not in inspector.get(address).content.decode()
    perform(change, "verify", by=titled.officer, at=clock.now())
    decide(UnitChange.objects.get(), ministry)
    outbox.drain_outbox()
    assert not Notification.objects.filter(body__contains="13757500123").exists()
    assert Notification.objects.filter(body__contains="137****23").exists()
    for page in pages.values():
        for shown in (page.get(address), page.get("/unit-changes/")):
            assert NEW in shown.content.decode() and "13757500123" not in shown.content.decode()


def test_a_titled_unit_does_not_change_alone_what_its_licence_says(titled):
    unit = titled.title.platform.organisation
    with pytest.raises(TransitionBlocked, match="请在“变更登记”中"):
        edit_organisation(unit, by=titled.lead, legal_person="赵越")
    with pytest.raises(TransitionBlocked, match="请在“变更登记”中"):
        edit_platform(titled.title.platform, by=titled.lead, name="越州纺织公共服务平台")
    edit_platform(titled.title.platform, by=titled.lead, contact="赵越")
    with pytest.raises(TransitionBlocked, match="没有与现登记不同"):
        change_of(titled, values={"contact": "赵越"})


def test_a_move_is_agreed_by_both_and_takes_the_duties_along(titled, ministry):
    title, there = titled.title, make_staff(Recommender.objects.get(label="江苏"), "officer-江苏")
    due = AnnualSummary.objects.create(
        title=title, year=2025, recommender=title.recommender, due_on=date(2026, 3, 31)
    )
    change = move(titled)
    with pytest.raises(PermissionDenied):
        perform(change, "verify", by=there, at=clock.now())
    change = perform(change, "verify", by=titled.officer, at=clock.now())
    with pytest.raises(TransitionBlocked, match="尚未同意"):
        signoff.prepare([change], "approve", by=ministry[0])
    with pytest.raises(PermissionDenied):
        perform(change, "agree", by=titled.officer, at=clock.now())
    change = perform(change, "agree", by=there, at=clock.now())
    decide(change, ministry)
    for row in (title, due, title.platform):
        row.refresh_from_db()
    assert {title.jurisdiction.label, title.recommender.label, title.platform.jurisdiction.label} == {"江苏"}
    assert due.recommender.label == "江苏" and title.certificates.get().issue == 1
    assert title.history.get(kind="changed").remark.startswith("所在地区主管部门由“")
    assert stood(title, clock.today()) == ("江苏", title.uscc)
    assert stood(title, date(2025, 1, 1)) == ("浙江", title.uscc)  # the register of an earlier day keeps it
    listed = {
        (day, label): client_of().get(f"/directory/?as_of={day}&recommender={label}").content.decode()
        for day in ("2025-01-01", clock.today().isoformat())
        for label in ("浙江", "江苏")
    }
    assert [key for key, page in listed.items() if title.number in page] == [
        ("2025-01-01", "浙江"),
        (clock.today().isoformat(), "浙江"),  # who recommended it stays who recommended it
    ]


def test_another_unit_takes_the_platform_over(titled, ministry):
    theirs = make_titled(number=2)
    other = theirs.title.platform.organisation
    change = change_of(titled, operator=other)
    receive(change, by=theirs.lead)
    before = titled.title.uscc
    decide(perform(change, "verify", by=titled.officer, at=clock.now()), ministry)
    titled.title.refresh_from_db()
    assert stood(titled.title, date(2025, 1, 1)) == ("浙江", before) != stood(titled.title, clock.today())
    assert (titled.title.uscc, titled.title.organisation_name) == (other.uscc, other.name)
    assert titled.title.platform.organisation == other and titled.title.certificates.count() == 2


def test_a_unit_that_signs_here_says_itself_whether_it_takes_the_platform(titled, ministry):
    """The old unit's paper does not stand for it; nothing is verified before, and others do not see the case."""
    theirs = make_titled(number=2)
    other = theirs.title.platform.organisation
    change = change_of(titled, operator=other, consent=paper("同意函.pdf"))
    outbox.drain_outbox()
    assert Notification.objects.filter(recipient=theirs.lead, title__startswith="请答复是否接收平台").exists()
    assert asked(theirs.lead) == "请答复是否接收该平台"
    assert asked(titled.lead) == asked(titled.officer) == "接收单位同意"
    with pytest.raises(TransitionBlocked, match=f"接收单位{other.name}尚未同意接收"):
        perform(change, "verify", by=titled.officer, at=clock.now())
    page, act = f"/unit-changes/{change.pk}/", f"/unit-changes/{change.pk}/receive/"
    assert client_of(titled.lead).post(act).status_code == 403
    assert client_of(make_titled(number=3).lead).post(act).status_code == 404
    they = client_of(theirs.lead)
    assert "同意接收</button>" in they.get(page).content.decode()
    assert "同意接收，等待" in they.post(act, follow=True).content.decode()
    they.post(act)
    assert asked(theirs.lead) == "" and asked(titled.officer) == "请与证照逐项核对"
    decide(perform(change, "verify", by=titled.officer, at=clock.now()), ministry)
    seen = client_of(ministry[0]).get(page).content.decode()
    assert "在本系统确认" in seen and seen.count("接收单位同意</") == 2  # the line, and once on the way


def test_a_receiving_unit_may_say_no_with_its_reason(titled):
    """Nobody waits for an answer that has been given; the unit withdraws, or the other one thinks again."""
    theirs = make_titled(number=2)
    change = change_of(titled, operator=theirs.title.platform.organisation)
    they, page = client_of(theirs.lead), f"/unit-changes/{change.pk}/"
    refused = they.post(f"{page}receive/", {"answer": "decline", "note": " "})
    assert refused.status_code == 422
    assert refused.context["answer"].errors["note"] == ["请写明不同意接收的理由。"]  # at the field
    assert asked(theirs.lead) == "请答复是否接收该平台"
    they.post(f"{page}receive/", {"answer": "decline", "note": "从未商定划转"})
    outbox.drain_outbox()
    told = Notification.objects.filter(title__startswith="接收单位不同意接收", body__contains="从未商定划转")
    assert {one.recipient for one in told} >= {titled.lead, titled.officer}
    assert asked(theirs.lead) == "" and asked(titled.officer) == "提出单位撤回"
    assert asked(titled.lead) == "接收单位不同意接收，请撤回"
    assert "不同意接收：从未商定划转" in client_of(titled.officer).get(page).content.decode()
    with pytest.raises(TransitionBlocked, match="不同意接收，请由提出单位撤回"):
        perform(change, "verify", by=titled.officer, at=clock.now())
    receive(change, by=theirs.lead)
    with pytest.raises(TransitionBlocked, match="已同意接收，不能再改为不同意"):
        decline(change, note="又不要了", by=theirs.lead)
    assert perform(change, "verify", by=titled.officer, at=clock.now()).verified_by == titled.officer


def test_who_ran_the_platform_until_now_is_told_and_the_history_says_it_once(titled, ministry):
    theirs = make_titled(number=2)
    change = change_of(titled, operator=theirs.title.platform.organisation)
    receive(change, by=theirs.lead)
    decide(perform(change, "verify", by=titled.officer, at=clock.now()), ministry)
    outbox.drain_outbox()
    told = Notification.objects.filter(recipient=titled.lead, title__startswith="已变更登记").get()
    assert client_of(titled.lead).get(told.url).status_code == 200
    assert [row.kind for row in titled.title.history.filter(on=clock.today())] == ["renamed"]


def test_a_unit_that_nobody_signs_for_agrees_on_its_paper(titled):
    other = make_titled(number=2).title.platform.organisation
    other_lead = people_of_organisation(other, "sign_organisation")
    other_lead.update(is_active=False)
    lead, address = client_of(titled.lead), f"/my/platforms/{titled.title.platform_id}/change/"
    filed = {"operator": other.uscc, "reason": "整体划转"}
    refused = lead.post(address, {**filed, "paper": licence()})
    assert refused.status_code == 422 and refused.context["form"].errors["consent"] == [NEEDS_PAPER]
    with pytest.raises(TransitionBlocked, match="同意接收函"):
        change_of(titled, operator=other)
    lead.post(address, {**filed, "paper": licence(), "consent": paper("同意函.pdf")})
    change = UnitChange.objects.get()
    assert "同意接收函：同意函.pdf（SHA-256 " in consent_in_words(change)
    assert perform(change, "verify", by=titled.officer, at=clock.now()).verified_by == titled.officer


@pytest.mark.parametrize("begun", ["before", "meanwhile"])
def test_a_unit_never_takes_over_a_second_platform_of_one_name(titled, ministry, begun):
    theirs = make_titled(number=2)
    unit, name = theirs.title.platform.organisation.name, titled.title.platform.name
    taken = f"{unit}已有同名的平台“{name}”，确为另一个平台的，请换一个名称。"
    namesake = theirs.title.platform
    if begun == "before":
        type(namesake).objects.filter(pk=namesake.pk).update(name=titled.title.platform.name)
        with pytest.raises(TransitionBlocked, match=taken):
            change_of(titled, operator=namesake.organisation)
        change_of(titled, operator=namesake.organisation, values={"platform_name": "越州纺织公共服务平台"})
        return
    change = change_of(titled, operator=namesake.organisation)
    receive(change, by=theirs.lead)
    change = perform(change, "verify", by=titled.officer, at=clock.now())
    act = signoff.prepare([change], "approve", by=ministry[0])
    type(namesake).objects.filter(pk=namesake.pk).update(name=titled.title.platform.name)
    with pytest.raises(TransitionBlocked, match=taken):
        signoff.sign(act, by=ministry[1])


@pytest.mark.parametrize("begun", ["before", "meanwhile"])
@pytest.mark.parametrize("what", ["check", "suspension"])
def test_no_check_and_no_suspension_is_escaped(titled, ministry, what, begun):
    """Also when it begins while the case is under way: the second signature is refused."""

    def begin():
        if what == "check":
            SpotCheck.objects.create(plan=supervision.check_plan(), title=titled.title, position=1)
        else:
            Suspension.objects.create(
                recommender=titled.title.jurisdiction,
                year=2027,
                reason="弄虚作假",
                document="1 号",
                decided_on="2026-01-05",
            )

    sentence = {"check": "抽查尚未办结", "suspension": "申报工作暂停期间"}[what]
    if begun == "before":
        begin()
        with pytest.raises(TransitionBlocked, match=sentence):
            move(titled)
        change_of(titled, values={"legal_person": "赵越"})  # what moves nothing goes on
        return
    there = people.staff_of(Recommender.objects.get(label="江苏"))[1]
    change = perform(move(titled), "verify", by=titled.officer, at=clock.now())
    change = perform(change, "agree", by=there, at=clock.now())
    act = signoff.prepare([change], "approve", by=ministry[0])
    begin()
    with pytest.raises(TransitionBlocked, match=sentence):
        signoff.sign(act, by=ministry[1])


def test_one_case_at_a_time_and_withdrawn_it_changes_nothing(titled):
    change = change_of(titled, values={"address": "高教路 9 号"})
    with pytest.raises(TransitionBlocked, match="已有一项变更正在办理"):
        change_of(titled, values={"address": "高教路 10 号"})
    perform(change, "withdraw", by=titled.lead)
    change_of(titled, values={"address": "高教路 10 号"})


@pytest.mark.parametrize(
    ("values", "number"),
    [
        ({"name": NEW}, 2),
        ({"legal_person": "高远"}, 2),
        ({"platform_name": "新名平台"}, 1),
        ({"address": "新址"}, 1),
    ],
)
def test_a_units_new_facts_stand_on_the_titles_of_all_its_platforms(titled, ministry, values, number):
    """What is of the unit is told of each of its titles, what is of one platform of that one's alone."""
    first = titled.title.platform
    fields = {"kind": first.kind, "functions": first.functions, "address": first.address}
    other = Platform.objects.create(
        organisation=first.organisation,
        jurisdiction=first.jurisdiction,
        name="另一平台",
        operating_since=first.operating_since,
        **fields,
    )
    grant_title(
        other,
        recommender=first.jurisdiction,
        year=2024,
        edition="暂行办法",
        prefix="SFPT",
        rereview_years=3,
        announcement_title="公告",
        announcement_number="",
        granted_on=date(2024, 6, 1),
        smes_served=120,
        by=ministry[1],
    )
    change = change_of(titled, values=values)
    touched = _titles_touched(change, first)
    assert (len(touched), titled.title in touched) == (number, True)
