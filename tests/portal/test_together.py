"""Several querysets in one round trip give what each gives alone, and pages sort keys before they read rows."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.db.models import Count, F, Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from platforms.models import Recommender
from portal.desk import todo
from portal.kernel import audit
from portal.kernel.permissions import Role
from portal.models import AuditEvent, CalendarDay, Notification
from portal.pages.paging import KeysFirst
from portal.shared.first_questions import run_with_kept
from portal.shared.together import (
    Figures,
    Number,
    alone,
    ask,
    fetch_together,
    keep_statement,
    run_together,
    upto_question,
)
from tests.factories import people

pytestmark = pytest.mark.django_db


def recommenders():
    return [
        Recommender.objects.filter(label__contains="江")[:3],
        Recommender.objects.none(),
        Recommender.objects.order_by(F("kind").desc(), "order").values_list("code", flat=True)[2:7],
        Recommender.objects.values("kind").annotate(many=Count("pk")).order_by("kind"),
        CalendarDay.objects.select_related("year").order_by("-day")[:4],
        Recommender.objects.filter(code__in=[]),
        Recommender.objects.filter(name="100% %s"),
    ]


def test_together_they_give_what_each_gives_alone_by_one_query():
    wanted = recommenders()
    with CaptureQueriesContext(connection) as asked:
        fetch_together(*wanted)
        found = [list(rows) for rows in wanted]
    assert len(asked) == 1
    assert found == [list(rows) for rows in recommenders()]
    assert wanted[-1].model.objects.filter(pk__in=wanted[-1]).count() == 0
    assert list(wanted[3].filter(many__gt=100)) != list(wanted[3])  # a filled queryset goes on as any other


def test_numbers_and_figures():
    office = Recommender.objects.filter(kind="department")
    kinds = {"all": Count("pk"), "zhejiang": Count("pk", filter=Q(label="浙江"))}
    number, none, figures, empty = ask(
        Number(office),
        Number(office.filter(code="")),
        Figures(office, kinds),
        Figures(office.filter(code=""), kinds),
    )
    assert (number, none) == (office.count(), 0)
    assert (figures["all"], figures["zhejiang"]) == (office.count(), 1)
    assert (empty["all"], empty["zhejiang"]) == (0, 0)


def test_generators_side_by_side_ask_together():
    def first():
        [row] = yield Recommender.objects.filter(code="33")
        number, (rows,) = yield (
            Number(Recommender.objects.filter(kind=row.kind)),
            (CalendarDay.objects.all()[:1],),
        )
        yield [row.label, number, len(rows)]
        yield "last of the first"

    def second():
        yield "at once"
        yield len((yield Recommender.objects.filter(code__in=["33", "44"])))

    def silent():
        return
        yield

    with CaptureQueriesContext(connection) as asked:
        found = run_together([first(), silent(), second()])
    assert len(asked) == 2
    departments = Recommender.objects.filter(kind="department").count()
    assert found == [["浙江", departments, 1], "last of the first", "at once", 2]
    assert alone(first_of_nobody()) == "nobody"


def first_of_nobody():
    rows = yield Recommender.objects.none()
    return "nobody" if not rows else "somebody"


def test_an_event_is_two_statements_and_follows_the_last_one():
    office, by = people.recommender(), people.user()
    with transaction.atomic():
        audit.record_read(office, by=by, what="look")
    with CaptureQueriesContext(connection) as asked:
        audit.record_read(office, by=by, what="look")
    assert len(asked) == 2
    one, two = AuditEvent.objects.filter(action="recommender.look").order_by("sequence")
    assert (two.sequence, two.previous_hash) == (one.sequence + 1, one.hash)


def test_a_page_is_the_same_rows_in_the_same_order():
    rows = Recommender.objects.order_by("-kind", "label").filter(kind__in=["department", "association"])
    pages = KeysFirst(rows, 7)
    assert [row for number in pages.page_range for row in pages.page(number)] == list(rows)
    with CaptureQueriesContext(connection) as asked:
        page = list(KeysFirst(rows, 7, count=15).get_page(2))
    assert len(asked) == 1
    assert page == list(rows[7:14])


def test_a_searched_list_is_counted_with_its_page():
    rows = Recommender.objects.order_by("code").filter(kind="department")
    whole = list(rows)
    for number, shown in ((1, whole[:7]), ("2", whole[7:14]), ("x", whole[:7])):
        with CaptureQueriesContext(connection) as asked:
            page = KeysFirst(rows, 7).get_page(number)
            assert list(page) == shown
        assert (len(asked), page.paginator.count) == (2, len(whole))
    assert list(KeysFirst(rows, 7).get_page(999)) == whole[-(len(whole) % 7 or 7) :]
    assert list(KeysFirst(rows.filter(code="none"), 7).get_page(3)) == []


def test_a_kept_statement_is_written_once_and_reads_anew():
    built = []

    def build():
        built.append(1)
        return Recommender.objects.filter(label="江苏").values_list("name", flat=True)

    for name in ("甲", "乙"):
        Recommender.objects.filter(label="江苏").update(name=name)
        assert list(*ask(keep_statement("a test's own", build))) == [name]
    assert built == [1]
    assert list(*ask(keep_statement("another", Recommender.objects.none))) == []


def test_a_first_question_is_written_once_and_answered_anew():
    reader, begun = people.user(), []

    def letters():
        begun.append("letters")
        for row in (yield Notification.objects.filter(recipient=reader)):
            yield row.title

    def office():
        begun.append("office")
        [row], number = yield Recommender.objects.filter(code="33"), Number(Recommender.objects.none())
        yield [row.label, number]
        yield len((yield Recommender.objects.filter(code="33")))

    works = {"letters": letters, "office": office}
    assert run_with_kept(reader.pk, works) == run_with_kept(reader.pk, works) == [["浙江", 0], 1]
    assert begun == ["letters", "office", "office"]  # who found nothing and said nothing is not begun again
    Notification.objects.create(key="a", recipient=reader, title="来信", created_at=timezone.now())
    assert run_with_kept(reader.pk, works) == ["来信", ["浙江", 0], 1]
    assert run_with_kept("another person", {"letters": letters}) == ["来信"]


def test_a_first_question_that_has_changed_is_asked_as_it_is_now():
    wanted = ["33"]

    def either():
        if wanted == ["33"]:
            yield len((yield Recommender.objects.filter(code="33")))
        else:
            yield (yield Number(Recommender.objects.filter(code__in=wanted)))

    assert run_with_kept("changing", {"either": either}) == [1]
    wanted.append("44")
    assert run_with_kept("changing", {"either": either}) == [2]


@pytest.mark.parametrize("role", Role.values)
def test_what_a_home_asks_first_is_read_nowhere(role, django_assert_num_queries):
    """Its statement is kept for a person and a day, so that nothing else may stand in it."""
    user = people.user(role)
    for provider, is_asked in todo._providers:
        if is_asked(user):
            with django_assert_num_queries(0):
                upto_question(provider(user), None, [])
