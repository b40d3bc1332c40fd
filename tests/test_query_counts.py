"""Every list costs the same number of queries with one row and with three; the number stands here."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.states import ApplicationState as S
from platforms.services.complaints import receive_complaint
from platforms.services.summaries import open_summaries
from portal import navigation, signoff
from portal.models import Notification
from portal.permissions import Role
from tests.factories import dossiers, people
from tests.factories.dossiers import on

# Address → who looks, query string, queries of one request by a person who is signed in.
LISTS: dict[str, tuple[str, str, int]] = {
    "account_list": ("administrator", "", 7),
    "applicant_home": ("applicant", "", 29),
    "audit_events": ("inspector", "", 12),
    "certificate_desk": ("ministry", "", 8),
    "complaint_list": ("recommender", "", 11),
    "cycle_list": ("ministry", "", 6),
    "decision": ("ministry", "", 11),
    "directory": ("public", "", 4),
    "expert_home": ("expert", "", 7),
    "expert_pool": ("ministry", "", 7),
    "ministry_home": ("ministry", "", 21),
    "ministry_queue": ("ministry", "?view=all", 19),
    "notices": ("public", "", 3),
    "notifications": ("ministry", "", 7),
    "objection_inbox": ("ministry", "", 7),
    "panel_matrix": ("ministry", "", 14),
    "publicised": ("ministry", "", 12),
    "publicity_list": ("public", "", 2),
    "publicity_prepare": ("ministry", "", 11),
    "recommender_home": ("recommender", "", 23),
    "recommender_queue": ("recommender", "", 13),
    "reporting": ("recommender", "", 14),
    "rereview": ("ministry", "", 14),
    "review_progress": ("ministry", "", 7),
    "signoff_list": ("lead", "", 7),
    "summary_list": ("recommender", "", 12),
}
# The navigation also leads to pages that list nothing which grows.
NO_LISTS = {"recommender_contact", "calendar_years", "audit_desk", "expert_profile", "summary_figures"}
# Lists whose rows this office does not make yet; each belongs into the table above as soon as it does.
NOT_YET = {
    "audit_dossiers",
    "check_plans",
    "checks_mine",
    "compare",
    "evaluation_items",
    "export_list",
    "import_list",
    "organisation_claims",
    "overlap_list",
    "posting_list",
    "province_home",
    "recognition_register",
    "rectifications",
    "revocations",
    "staff",
    "statistics",
    "support_list",
    "surrenders",
    "suspensions",
}
STATES = (S.SUBMITTED, S.RECOMMENDED, S.REPORTED, S.UNDER_REVIEW, S.REVIEWED, S.PROPOSED, S.PUBLICISED)


class Office:
    """Everybody who looks at lists, and the means to make each list longer by one."""

    def __init__(self):
        self.recommender = people.recommender()
        self.expert = people.expert()
        self.users = {
            "administrator": people.user(Role.ADMINISTRATOR), "applicant": people.user(), "inspector": people.user(Role.INSPECTOR),
            "ministry": people.ministry(), "lead": people.ministry(Role.MINISTRY_LEAD), "expert": self.expert.user,
            "recommender": people.staff_of(self.recommender)[1],
        }  # fmt: skip
        self.clients = {"public": Client()}
        for kind, user in self.users.items():
            self.clients[kind] = Client()
            self.clients[kind].force_login(user, backend="portal.backends.PortalBackend")
        self.rounds = 0

    def one_more(self) -> None:
        """One more of everything that a list shows."""
        self.rounds += 1
        for state in STATES:
            lead = self.users["applicant"] if state == S.SUBMITTED else None
            application = dossiers.application_in(state, of=dossiers.unit(self.recommender, lead=lead))
            if state == S.UNDER_REVIEW:
                self.give_to_expert(application)
            elif state == S.PUBLICISED:
                dossiers.objection_in("RECEIVED", about=application)
            elif state == S.REVIEWED:
                self.propose(application)
        dossiers.title(dossiers.unit(self.recommender))
        title = dossiers.title(dossiers.unit(self.recommender, lead=self.users["applicant"]))
        with on(dossiers.FILED_ON):
            open_summaries(2025)
            receive_complaint(
                title, subject="收费过高", facts="高于公布的标准。", name="赵女士", contact="139"
            )
        dossiers.cycle(2026 - self.rounds)
        people.expert()
        Notification.objects.create(
            key=f"n{self.rounds}", recipient=self.users["ministry"], title="消息", created_at=timezone.now()
        )

    def give_to_expert(self, application) -> None:
        rows = application.assignments.all()
        if not rows.filter(expert=self.expert).exists():
            rows.filter(pk=rows.first().pk).update(expert=self.expert)

    def propose(self, application) -> None:
        with on(dossiers.PROPOSED_ON):
            signoff.prepare(
                [application], "reject", by=self.users["ministry"], note="得分低", reason_code="score"
            )

    def count(self, name: str) -> int:
        kind, query, _ = LISTS[name]
        statements = []

        def watch(execute, sql, parameters, many, context):
            statements.append(sql)
            return execute(sql, parameters, many, context)

        with on(dossiers.PUBLIC_FROM, 12), connection.execute_wrapper(watch):
            response = self.clients[kind].get(f"{reverse(name)}{query}")
        assert response.status_code == 200
        return len(statements)

    def measure(self) -> dict[str, int]:
        """After a first look, which fills caches and refreshes sessions."""
        for name in LISTS:
            self.count(name)
        return {name: self.count(name) for name in LISTS}


@pytest.fixture(scope="module")
def counted(django_db_setup, django_db_blocker, tmp_path_factory):
    """Every list with one row of each kind, then with three."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr("django.conf.settings.MEDIA_ROOT", str(tmp_path_factory.mktemp("files")))
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
    one, three = counted
    assert (one[name], three[name]) == (LISTS[name][2], LISTS[name][2])


def test_every_list_in_the_navigation_is_counted():
    entries = {entry.url_name for entry in navigation._entries}
    assert entries - set(LISTS) == NO_LISTS | NOT_YET
