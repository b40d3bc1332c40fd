"""The ministry's queue: even shares, saved views, the walk, exports of exactly what is shown."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.models import Application
from applications.recommendation.forms import DeclineForm
from applications.recommendation.views import Decline
from portal.kernel.permissions import Role
from portal.kernel.workflow import TransitionBlocked
from portal.models import User
from review.decision.forms import RefuseForm, RejectForm
from review.formal_check.services import assign_handler, remove_view, save_view, share_out
from review.formal_check.views import Accept, Refuse, Reject, TakeOff
from review.models import SavedView
from review.queue.listing import VIEWS, counts_of
from tests.factories import dossiers, people
from tests.factories.dossiers import on
from tests.factories.rounds import Round

pytestmark = pytest.mark.django_db


@pytest.fixture
def year():
    return Round()


def test_shares_are_even_and_go_to_who_has_least(year):
    rows = year.bring("浙江", "江苏", "山东", upto="REPORTED")
    one, two = (User.objects.get(username=name) for name in ("miit_officer", "miit_officer2"))
    assign_handler(rows[:1], officer=one, by=year.people["miit_lead"])
    assert share_out(among=[one, two], by=one) == {one: 0, two: 2}
    with pytest.raises(TransitionBlocked, match="没有未分派"):
        share_out(among=[one], by=one)
    with pytest.raises(TransitionBlocked, match="在岗的工信部人员"):
        assign_handler(rows, officer=year.people["inspector"], by=one)


def test_a_year_that_there_is_not_has_an_empty_queue(client, year):
    """Of an outside auditor that is every year but those of the appointment."""
    auditor = people.user(Role.OUTSIDE_AUDITOR)
    people.appoint_auditor(auditor, year.year)
    for reader in (year.people["miit_lead"], year.people["inspector"], auditor):
        client.force_login(reader)
        answer = client.get(reverse("ministry_queue"), {"year": "1999"})
        assert (answer.status_code, answer.context["page"].paginator.count) == (200, 0)


def test_views_are_own_or_shared(year):
    one, two = year.people["miit_officer"], year.people["miit_officer2"]
    own = save_view(name="浙江", params={"recommender": "33"}, is_shared=False, by=one)
    shared = save_view(name="融资", params={"function": "financing"}, is_shared=True, by=one)
    assert set(SavedView.objects.for_user(one)) == {own, shared}
    assert set(SavedView.objects.for_user(two)) == {shared}
    assert not SavedView.objects.for_user(year.people["inspector"]).exists()
    with pytest.raises(PermissionDenied):
        remove_view(shared, by=two)
    with pytest.raises(TransitionBlocked, match="先设置筛选条件"):
        save_view(name="空", params={}, is_shared=False, by=one)


def test_the_queue_opens_for_a_year_that_nobody_knows_and_before_the_first_one(client, year):
    row = year.bring("浙江", upto="REPORTED")[0]
    client.force_login(year.people["miit_officer"])
    for asked in ("1999", "9" * 12):
        assert row.platform.name in client.get(reverse("ministry_queue"), {"view": "all", "year": asked}).text
    officer = year.people["miit_officer"]
    none, known = (counts_of(Application.objects.all(), cycles, officer) for cycles in ([], [row.cycle]))
    assert set(none.values()) == {0}
    assert {*dict(VIEWS), "at_hand", "stage_waiting"} <= set(none) <= set(known)


def test_a_preview_of_what_was_just_handed_on_says_so(client, year):
    officer = year.people["miit_officer"]
    row = year.bring("浙江", upto="REPORTED")[0]
    client.force_login(officer)
    ask = {"view": "unassigned", "peek": str(row.pk)}
    fetch = {"headers": {"X-Requested-With": "fetch"}}
    assert row.platform.name in client.get(reverse("ministry_queue"), ask, **fetch).text
    assign_handler([row], officer=officer, by=year.people["miit_lead"])
    answer = client.get(reverse("ministry_queue"), ask, **fetch)
    assert answer.status_code == 200
    assert "此件已不在本列表" in answer.text and row.platform.name not in answer.text


def test_a_saved_view_keeps_only_what_describes_the_list(client, year):
    client.force_login(year.people["miit_officer"])
    query = "view=all&recommender=33&peek=1&next=https://evil.invalid"
    client.post(reverse("view_save"), {"name": "浙江", "query": query})
    assert SavedView.objects.get().query == "view=all&recommender=33"


def test_a_saved_view_names_its_tab_also_where_the_address_did_not(client, year):
    client.force_login(year.people["miit_officer"])
    client.post(reverse("view_save"), {"name": "浙江", "query": "recommender=33"})
    assert SavedView.objects.get().query == "view=mine&recommender=33"


def test_the_page_costs_the_same_for_one_and_for_three(client, year, monkeypatch):
    # A slow machine asks for the calendar, and notes the visit, in between.
    monkeypatch.setattr("portal.kernel.calendar.RENEW_AFTER", 24 * 3600)
    monkeypatch.setattr("portal.accounts.sessions.NOTE_EVERY", 24 * 3600)
    client.force_login(year.people["miit_officer"])
    counts = []
    for labels in (("浙江",), ("江苏", "山东")):
        year.bring(*labels, upto="REPORTED")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = client.get(f"{reverse('ministry_queue')}?view=unassigned")
        assert page.status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_export_holds_what_is_filtered_or_ticked(client, year):
    rows = year.bring("浙江", "江苏", upto="REPORTED")
    client.force_login(year.people["miit_officer"])

    def numbers(query: str) -> list[str]:
        answer = client.get(f"{reverse('queue_export')}?{query}")
        return listed(answer)

    def ticked(*keys: str, back: str) -> list[str]:
        return listed(client.post(reverse("queue_export"), {"pick": keys, "back": back}))

    def listed(answer) -> list[str]:
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
        return [row[0] for row in sheet.iter_rows(min_row=4, values_only=True)]

    rows = {row.recommender.label: Application.objects.get(pk=row.pk) for row in rows}
    assert numbers("view=all&recommender=33") == [rows["浙江"].number]
    assert ticked(str(rows["江苏"].pk), "x", back="view=all") == [rows["江苏"].number]
    assert ticked(str(rows["江苏"].pk), back="view=all&year=2025") == [rows["江苏"].number]  # from any list


def test_the_walk_goes_through_ones_own(client, year):
    rows = year.bring("浙江", "江苏", "山东", upto="REPORTED")
    officer = year.people["miit_officer"]
    assign_handler(rows[:2], officer=officer, by=officer)
    client.force_login(officer)
    first = client.get(reverse("queue_next")).url
    second = client.get(f"{reverse('queue_next')}?after={first.split('/')[2]}").url
    assert {first, second} == {f"/dossiers/{row.pk}/" for row in rows[:2]}
    page = client.get(first).content.decode()
    assert '共 <b class="num">2</b> 件' in page


def test_an_unreported_dossier_is_in_no_list_of_the_ministry(client, year):
    (hidden,) = year.bring("浙江", upto="SUBMITTED")
    year.bring("江苏", upto="REPORTED")
    client.force_login(year.people["miit_officer"])
    for name in ("ministry_queue", "queue_export", "overlap_list", "assignment_board"):
        answer = client.get(f"{reverse(name)}?view=all")
        assert hidden.platform.name.encode() not in answer.content, name
    assert client.get(reverse("dossier", args=[hidden.pk])).status_code == 404


@pytest.mark.parametrize("form", [RefuseForm, RejectForm, DeclineForm])
def test_the_reason_against_a_case_is_chosen_and_never_preselected(form):
    bare = form({"note": "材料无法辨认"})
    assert bare.fields["reason_code"].choices[0] == ("", "请选择")
    assert not bare.is_valid() and bare.errors["reason_code"] == ["请选择理由类别。"]


def test_the_button_that_ends_a_case_does_not_invite():
    assert all(verb.against for verb in (Refuse, Reject, TakeOff, Decline)) and not Accept.against


@pytest.mark.parametrize(("day", "said"), [(date(2026, 4, 9), False), (date(2026, 5, 12), True)])
def test_after_april_the_page_says_by_what_it_is_still_done(client, db, day, said):
    """Art. 11 is the basis of its own month only."""
    row = dossiers.application_in("REPORTED")
    client.force_login(people.ministry(), backend="portal.accounts.backends.PortalBackend")
    with on(day):
        page = client.get(f"/dossiers/{row.pk}/accept/").content.decode()
    assert ("安排规定评审办理至" in page) == said
