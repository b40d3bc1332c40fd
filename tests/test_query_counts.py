"""Every list costs the same number of queries with one row and with three; the number stands here."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.overlaps.services import find_overlaps
from applications.states import ApplicationState as S
from platforms.models import Recommender
from platforms.summaries.services import open_summaries
from portal.desk import navigation
from portal.kernel import signoff
from portal.kernel.permissions import SYSTEM, Role
from portal.kernel.workflow import perform
from portal.models import Notification, OutboxMessage
from tests.factories import dossiers, people, provinces, records, supervision
from tests.factories.alone import own_transaction
from tests.factories.dossiers import on

# Address → who looks, query string, queries of one request by a person who is signed in.
LISTS: dict[str, tuple[str, str, int]] = {
    "account_list": ("administrator", "", 6),
    "applicant_home": ("applicant", "", 11),
    "audit_appointments": ("administrator", "", 5),
    "audit_dossiers": ("inspector", "", 5),
    "audit_events": ("inspector", "", 7),
    "certificate_desk": ("ministry", "", 4),
    "check_plans": ("ministry", "", 4),
    "checks_mine": ("applicant", "", 5),
    "compare": ("recommender", "", 8),
    "complaint_list": ("recommender", "", 8),
    "cycle_list": ("ministry", "", 3),
    "decision": ("ministry", "", 9),
    "directory": ("public", "", 4),
    "evaluation_items": ("recommender", "", 5),
    "expert_candidates": ("expert", "", 8),
    "expert_home": ("expert", "", 7),
    "expert_pool": ("ministry", "", 4),
    "export_list": ("ministry", "", 4),
    "import_list": ("ministry", "", 4),
    "ministry_home": ("ministry", "", 6),
    "ministry_queue": ("ministry", "?view=all", 6),
    "notices": ("public", "", 4),
    "notifications": ("ministry", "", 4),
    "objection_inbox": ("ministry", "", 4),
    "organisation_claims": ("recommender", "", 5),
    "outbox_list": ("administrator", "", 5),
    "overlap_list": ("ministry", "", 6),
    "panel_matrix": ("ministry", "", 17),
    "posting_list": ("recommender", "", 6),
    "publicised": ("ministry", "", 9),
    "publicity_list": ("public", "", 2),
    "publicity_prepare": ("ministry", "", 15),
    "reading_doubts": ("inspector", "", 4),
    "misconduct_list": ("inspector", "", 4),
    "recognition_register": ("ministry", "", 4),
    "recommender_home": ("recommender", "", 9),
    "recommender_queue": ("recommender", "", 7),
    "rectifications": ("ministry", "", 4),
    "reporting": ("recommender", "", 12),
    "rereview": ("ministry", "", 12),
    "review_progress": ("ministry", "", 5),
    "revocations": ("ministry", "", 4),
    "signoff_list": ("lead", "", 4),
    "staff": ("recommender", "", 9),
    "statistics": ("ministry", "", 5),
    "summary_list": ("recommender", "", 9),
    "support_plans": ("recommender", "", 5),
    "support_list": ("recommender", "", 9),
    "unit_changes": ("recommender", "", 5),
    "second_looks": ("ministry", "", 4),
    "surrenders": ("ministry", "", 4),
    "suspensions": ("ministry", "", 4),
}
# The navigation also leads to pages that list nothing which grows; a province has one round a year.
NO_LISTS = {
    "recommender_contact",
    "calendar_years",
    "audit_desk",
    "expert_profile",
    "health",
    "province_home",
    "summary_figures",
}
FULL = {"audit_events"}  # a page of fifty from the start
STATES = (
    S.SUBMITTED,
    S.RECOMMENDED,
    S.REPORTED,
    S.ACCEPTED,
    S.UNDER_REVIEW,
    S.REVIEWED,
    S.PROPOSED,
    S.PUBLICISED,
)


class Office:
    """Everybody who looks at lists, and the means to make each list longer by one."""

    def __init__(self):
        self.recommender = people.recommender()
        self.expert = people.expert()
        self.users = {
            "administrator": people.user(Role.ADMINISTRATOR),
            "applicant": people.user(),
            "inspector": people.user(Role.INSPECTOR),
            "ministry": people.ministry(),
            "lead": people.ministry(Role.MINISTRY_LEAD),
            "expert": self.expert.user,
            "recommender": people.staff_of(self.recommender)[1],
        }
        self.clients = {"public": Client()}
        for kind, user in self.users.items():
            self.clients[kind] = Client()
            self.clients[kind].force_login(user, backend="portal.accounts.backends.PortalBackend")
        self.programme, self.rounds = provinces.round_of(self.recommender), 0

    def one_more(self) -> None:
        """One more of everything that a list shows."""
        self.rounds += 1
        letter = Notification.objects.create(
            key=f"letter {self.rounds}",
            recipient=self.users["applicant"],
            title="通知",
            created_at=timezone.now(),
        )
        OutboxMessage.objects.create(
            topic="mail",
            key=f"letter {self.rounds}",
            attempts=1,
            error="OSError",
            failing_since=timezone.now(),
            payload={"notification": letter.pk},
        )
        for state in STATES:
            lead = self.users["applicant"] if state == S.SUBMITTED else None
            application = dossiers.application_in(state, of=dossiers.unit(self.recommender, lead=lead))
            if state == S.UNDER_REVIEW:
                self.give_to_expert(application)
            elif state == S.PUBLICISED:
                dossiers.objection_in("RECEIVED", about=application)
            elif state == S.REVIEWED:
                self.propose(application)
            elif state == S.REPORTED:
                find_overlaps(application)
        self.later_life()
        self.offices()
        earlier = dossiers.cycle(2026 - self.rounds)
        with on(dossiers.FILED_ON):
            perform(perform(earlier, "close", by=SYSTEM), "end", by=SYSTEM)
        people.expert()
        Notification.objects.create(
            key=f"n{self.rounds}", recipient=self.users["ministry"], title="消息", created_at=timezone.now()
        )

    def later_life(self) -> None:
        """Two more titles, one under every measure there is, and what their units do with them."""
        dossiers.title(dossiers.unit(self.recommender))
        unit, lead = dossiers.unit(self.recommender, lead=self.users["applicant"]), self.users["recommender"]
        title = dossiers.title(unit)
        with on(dossiers.FILED_ON):
            open_summaries(2025)
            records.complaint(title)
            records.posting(unit.platform, by=unit.user)
            records.support(unit.platform, by=lead)
            records.import_batch(title, by=self.users["ministry"])
            supervision.surrender(title, unit)
            records.unit_change(unit.platform, by=unit.user)
            supervision.second_look(dossiers.application_in(S.REFUSED), day=dossiers.FILED_ON)
            others = Recommender.objects.filter(kind="department").order_by("order")
            supervision.suspension(others[self.rounds], year=2027)
        supervision.rectification_in("REPORTED", title, unit, on_day=dossiers.FILED_ON)
        supervision.revocation_in("NOTIFIED", title, unit, opened_on=dossiers.FILED_ON)
        plan = supervision.drawn_plan(f"抽查 {self.rounds}", announced_on=dossiers.FILED_ON, team_size=1)
        supervision.check_in("NOTIFIED", plan, title, day=dossiers.EVALUATED_ON)

    def offices(self) -> None:
        """One more of what an office keeps of its own, and of who wants to join."""
        lead, unit = self.users["recommender"], dossiers.unit(self.recommender)
        association = people.association()
        with on(dossiers.FILED_ON):
            records.claim(unit.organisation, self.recommender, by=people.user())
            records.recognition(association, unit.platform, by=people.staff_of(association)[0])
            records.staff_request(self.recommender, by=lead)
            records.substitution(self.recommender, absent=lead, deputy=people.officer_of(self.recommender))
            records.evaluation_item(self.recommender, dossiers.cycle(), by=lead)
            records.export_job(by=self.users["ministry"])
            records.support_plan(by=lead, name=f"计划 {uuid4()}")
            records.misconduct_report()
            people.appoint_auditor(people.user(Role.OUTSIDE_AUDITOR), dossiers.cycle())
            records.reading_doubt(self.recommender.applications.first(), by=self.users["applicant"])
        provinces.bring(self.programme, "SUBMITTED")

    def give_to_expert(self, application) -> None:
        rows = application.assignments.all()
        if not rows.filter(expert=self.expert).exists():
            first = rows.first()  # who was assigned is sealed: one more is
            same = {name: getattr(first, name) for name in ("assigned_by", "assigned_at", "due_on")}
            rows.model.objects.create(application=application, expert=self.expert, **same)

    def propose(self, application) -> None:
        with on(dossiers.PROPOSED_ON):
            signoff.prepare(
                [application], "reject", by=self.users["ministry"], note="得分低", reason_code="score"
            )

    def count(self, name: str) -> tuple[int, int]:
        """Queries of the page, and how long it is."""
        kind, query, _ = LISTS[name]
        statements = []

        def watch(execute, sql, parameters, many, context):
            statements.append(sql)
            return execute(sql, parameters, many, context)

        with on(dossiers.PUBLIC_FROM, 12), connection.execute_wrapper(watch):
            response = self.clients[kind].get(f"{reverse(name)}{query}")
        assert response.status_code == 200
        return len(statements), len(response.content)

    def measure(self) -> dict[str, tuple[int, int]]:
        """After a first look, which fills caches and refreshes sessions."""
        for name in LISTS:
            self.count(name)
        return {name: self.count(name) for name in LISTS}


@pytest.fixture(scope="module")
def counted(django_db_setup, django_db_blocker, tmp_path_factory):
    """Every list with one row of each kind, then with three."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), own_transaction():
        patch.setattr("django.conf.settings.MEDIA_ROOT", str(tmp_path_factory.mktemp("files")))
        # No visit is noted and no calendar is read again in the middle of counting.
        patch.setattr("portal.accounts.sessions.NOTE_EVERY", 24 * 3600)
        patch.setattr("portal.kernel.calendar.RENEW_AFTER", 24 * 3600)
        office = Office()
        dossiers.cycle()
        office.one_more()
        one = office.measure()
        office.one_more()
        office.one_more()
        yield one, office.measure()
        transaction.set_rollback(True)


@pytest.fixture
def _private_files():
    """The files of the office outlive the single test."""


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_the_same_with_one_row_and_with_three(counted, name):
    (one, short), (three, long) = (measured[name] for measured in counted)
    assert (one, three) == (LISTS[name][2], LISTS[name][2])
    assert long > short or name in FULL  # it does list them


def test_every_list_in_the_navigation_is_counted():
    entries = {entry.url_name for entry in navigation._entries}
    assert entries - set(LISTS) == NO_LISTS
