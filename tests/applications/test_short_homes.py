"""A home names a few of each kind; the line behind them says how many there are and leads to the list that has them all."""

from __future__ import annotations

import re

import pytest

from applications import todo as dossier_todos
from applications.states import ApplicationState as S
from platforms.complaints.services import receive_complaint
from portal.desk import todo
from portal.desk.todo import today_of, todos_for
from portal.kernel.permissions import Role
from review.formal_check.services import assign_handler
from review.revocations.services import add_evidence, ask_surrender, notify, open_revocation
from tests.factories import dossiers, people
from tests.factories.dossiers import on
from tests.factories.titles import make_titled
from training.demo import officials
from training.demo.files import paper

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _two_of_a_kind(monkeypatch):
    for module in (todo, dossier_todos):
        monkeypatch.setattr(module, "MOST", 2)


def named_and_rest(user) -> tuple[list, list]:
    entries = todos_for(user)
    return [one for one in entries if not one.is_rest], [one for one in entries if one.is_rest]


def test_a_province_reads_two_and_reaches_all(client):
    rows = [dossiers.application_in(S.SUBMITTED) for _ in range(5)]
    lead = people.staff_of(rows[0].recommender)[1]
    client.force_login(lead, backend="portal.accounts.backends.PortalBackend")
    with on(dossiers.EVALUATED_ON):
        named, [rest] = named_and_rest(lead)
        assert [one.title.partition("：")[0] for one in named] == ["受理", "受理"]
        assert rest.title == "受理（2026 年度认定）：全部 5 件"
        assert rest.hint == "上面列出 2 件，其余 3 件在列表中"
        today = today_of(lead)
        assert sum(number for _, _, number in today.groups) + 1 == 5
        page = client.get(rest.url).content.decode()
        assert all(f"/dossiers/{row.pk}/" in page for row in rows)
        assert rest.title in client.get("/recommender/").content.decode()


def test_two_of_a_kind_need_no_list():
    rows = [dossiers.application_in(S.SUBMITTED) for _ in range(2)]
    with on(dossiers.EVALUATED_ON):
        named, rest = named_and_rest(people.staff_of(rows[0].recommender)[1])
    assert (len(named), rest) == (2, [])


def test_kinds_are_counted_apart():
    """Whose turn it is makes a kind: what waits for others takes no place of what is one's own."""
    for state in (S.SUBMITTED, S.UNDER_EVALUATION, S.RECOMMENDED):
        rows = [dossiers.application_in(state) for _ in range(3)]
    officer, lead = people.staff_of(rows[0].recommender)
    with on(dossiers.EVALUATED_ON):
        for user in (officer, lead):
            named, rest = named_and_rest(user)
            kinds = [re.split("[：（]", one.title)[0] for one in named]
            assert {kind: kinds.count(kind) for kind in kinds} == {"受理": 2, "测评": 2, "报送": 2}
            assert sorted(re.split("[：（]", one.title)[0] for one in rest) == ["受理", "报送", "测评"]
        waiting = {one.title[:2]: one.waiting_for for one in todos_for(officer) if one.is_rest}
    assert waiting["报送"] == "负责人报送" and not waiting["受理"]


def test_a_line_leads_to_its_kind_alone(client):
    """Evaluated or not is one stage of the list and two kinds of work."""
    to_do = [dossiers.application_in(S.UNDER_EVALUATION) for _ in range(3)]
    done = [dossiers.application_in(S.UNDER_EVALUATION) for _ in range(4)]
    asked = [dossiers.application_in(S.SUPPLEMENTING) for _ in range(3)]
    dossiers.application_in(S.REPORTED)
    officer, lead = people.staff_of(done[0].recommender)
    client.force_login(lead, backend="portal.accounts.backends.PortalBackend")
    with on(dossiers.EVALUATED_ON):
        for row in done:
            officials.fill_evaluation(row, officer, day=dossiers.EVALUATED_ON)
        rest = {one.title.partition("（")[0]: one for one in todos_for(lead) if one.is_rest}
        for kind, rows in (("测评", to_do), ("推荐", done), ("补正中", asked)):
            assert f"全部 {len(rows)} 件" in rest[kind].title
            listed = {row.pk for row in client.get(rest[kind].url).context["page"]}
            assert listed == {row.pk for row in rows}


def test_an_officer_reads_two_and_reaches_all(client):
    rows = [dossiers.application_in(S.REPORTED) for _ in range(4)]
    officer, lead = people.ministry(), people.ministry("ministry_lead")
    client.force_login(officer, backend="portal.accounts.backends.PortalBackend")
    with on(dossiers.PUBLIC_FROM):
        assign_handler(rows, officer=officer, by=lead)
        [rest] = [one for one in todos_for(officer) if one.is_rest]
        assert rest.title == "形式审查：全部 4 件"
        page = client.get(rest.url).content.decode()
    assert all(str(row.pk) in page for row in rows)


def test_a_flood_of_complaints_names_two_and_reaches_all(client):
    titled = make_titled()
    rows = [
        receive_complaint(
            titled.title,
            subject="收费不透明",
            facts="收费标准没有公开。",
            name="王先生",
            contact="13900000000",
        )
        for _ in range(4)
    ]
    officer = titled.officer
    client.force_login(officer, backend="portal.accounts.backends.PortalBackend")
    [rest] = [one for one in todos_for(officer) if one.is_rest]
    assert rest.title == "投诉：全部 4 件"
    page = client.get(rest.url).content.decode()
    assert all(row.receipt_number in page for row in rows)


def test_a_flood_of_surrenders_names_two_and_reaches_all(client):
    rows = []
    for number in range(3):
        titled = make_titled(number=number + 1)
        rows.append(ask_surrender(titled.title, reason="停止运营", by=titled.lead))
    lead = people.ministry(Role.MINISTRY_LEAD)
    named, [rest] = named_and_rest(lead)
    assert [one.title[:4] for one in named].count("放弃称号") == 2
    assert rest.title == "放弃称号：全部 3 件"
    client.force_login(lead, backend="portal.accounts.backends.PortalBackend")
    page = client.get(rest.url).content.decode()
    assert all(row.title.platform_name in page for row in rows)


def test_a_department_whose_view_is_asked_reads_two_and_reaches_all(client):
    officer, rows = people.ministry(), []
    for number in range(3):
        titled = make_titled(number=number + 1)
        row = open_revocation(titled.title, ground="fraud", facts="上年服务清单与收费凭证不符。", by=officer)
        add_evidence(row, words="服务清单", upload=paper(), by=officer)
        rows.append(notify(row, by=officer))
    lead = people.staff_of(rows[0].title.jurisdiction)[1]
    named, [rest] = named_and_rest(lead)
    assert [one.title.partition("：")[0] for one in named].count("对暂停申报工作的意见") == 2
    assert rest.title == "对暂停申报工作的意见：全部 3 件"
    client.force_login(lead, backend="portal.accounts.backends.PortalBackend")
    page = client.get(rest.url).content.decode()
    assert all(row.number in page for row in rows)
