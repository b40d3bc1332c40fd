"""What two dossiers share: the rules are symmetric, found for both sides, mentioned to nobody who may not know."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from applications.models import Application, Material, MaterialFile, Overlap
from applications.overlaps.rules import BY_CODE, RULES, Side, compare_files, compare_rows, compares
from applications.overlaps.services import answer_overlap, find_overlaps
from applications.rosters.columns import FACILITIES, ROSTERS
from portal.kernel.permissions import allowed
from portal.kernel.workflow import TransitionBlocked
from portal.models import StoredFile
from tests.factories.bare import NOON, bare, put
from tests.factories.rounds import Round
from training.demo.actors import staff_of
from training.demo.dossiers import file_dossier, submit

SIDES = st.builds(Side, st.sampled_from("pq"), st.sampled_from("ab"), st.sampled_from((2025, 2026)))
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {"name": st.sampled_from(("张三", "李四", "王五")), "document": st.sampled_from(("1", "2", "3"))}
    ),
    max_size=8,
)


@given(SIDES, SIDES, st.sampled_from(RULES))
def test_rules_look_at_a_pair_from_either_side(left, right, rule):
    assert compares(rule, left, right) == compares(rule, right, left)


@given(PEOPLE, PEOPLE)
def test_shared_rows_are_counted_alike_from_either_side(left, right):
    rule = BY_CODE["same_staff"]
    one = compare_rows(rule, "staff", left, right, right_rows=len(right))
    other = compare_rows(rule, "staff", right, left, right_rows=len(left))
    assert (one and one.count) == (other and other.count)


def companies(first: int, last: int, year: int = 2025) -> list[dict]:
    return [{"name": f"{n} 号公司", "uscc": f"C{n:04d}", "year": year} for n in range(first, last)]


@pytest.mark.parametrize(
    ("theirs", "count"),
    [
        (companies(0, 9), None),  # nine are fewer than ten
        (companies(0, 10), 10),
        (companies(0, 10, 2024), None),  # another service year
        (companies(90, 200), 10),
    ],
)
def test_companies_claimed_twice(theirs, count):
    match = compare_rows(
        BY_CODE["same_smes"], "smes", companies(0, 50) + companies(90, 100), theirs, right_rows=len(theirs)
    )
    expected = count if count and count * 100 // min(60, len(theirs)) >= 20 else None
    assert (match and match.count) == expected


def test_rows_are_looked_up_by_more_than_a_common_name():
    """Every unit has a 服务器; looked up by its name alone each dossier would read the lists of all others."""
    server = {"name": "服务器", "model": "R740", "bought_on": "2022-05-20", "value": 12.5, "purpose": "培训"}
    assert FACILITIES.key_of(server) == FACILITIES.key_of({**server})
    assert FACILITIES.key_of(server) != FACILITIES.key_of({**server, "model": "R750"})
    assert {roster.code for roster in ROSTERS.values() if roster.key == ("name",)} == set()


def test_the_share_is_of_the_whole_shorter_list():
    """Ten shared companies out of 110 and 60 are 16 %: below what the rule asks about."""
    left = companies(0, 60)
    assert compare_rows(BY_CODE["same_smes"], "smes", left, companies(50, 60), right_rows=110) is None


def test_files_match_by_digest_not_by_name():
    rule = BY_CODE["same_file"]
    assert compare_files(rule, "audit", {"d1": "甲.pdf"}, {"d1"}).sample == ("甲.pdf",)
    assert compare_files(rule, "audit", {"d1": "甲.pdf"}, {"d2"}) is None


@pytest.mark.django_db
def test_found_for_two_provinces_and_told_to_neither():
    year = Round()
    (mine,) = year.bring("浙江", upto="SUBMITTED")
    with year.on(date(2026, 2, 27)):
        unit = year.unit("江苏")
        unit.sme_seed = year.units[str(mine.pk)].number
        other = submit(file_dossier(unit, year.year), unit)
    found = find_overlaps(other)
    assert {(row.rule, row.application_id, row.other_id) for row in found} == {
        ("same_smes", other.pk, mine.pk)
    }
    officer, _ = staff_of(mine.recommender)
    assert not Overlap.objects.for_user(officer).exists()
    ministry = year.people["miit_officer"]
    assert not Overlap.objects.for_user(ministry).exists(), "neither dossier has been reported"
    assert Overlap.objects.for_user(year.people["inspector"]).count() == 1
    # Running again finds the same rows; an answer stays.
    row = found[0]
    Overlap.objects.filter(pk=row.pk).update(answer="explained")
    assert [one.pk for one in find_overlaps(mine)] == [row.pk]
    assert Overlap.objects.get().answer == "explained"


@pytest.mark.django_db
def test_only_the_ministry_answers_and_with_words():
    year = Round()
    first, second = year.bring("浙江", "江苏", upto="REPORTED")
    row = Overlap.objects.create(
        application=second,
        other=first,
        rule="same_file",
        material="audit",
        count=1,
        share=100,
        found_at=second.submitted_at,
    )
    ministry, inspector = year.people["miit_officer"], year.people["inspector"]
    assert allowed(ministry, "answer", row)
    assert not allowed(inspector, "answer", row)
    with pytest.raises(PermissionDenied):
        answer_overlap(row, answer="explained", words="", by=inspector)
    with pytest.raises(TransitionBlocked, match="写明"):
        answer_overlap(row, answer="suspect", words=" ", by=ministry)
    answer_overlap(row, answer="suspect", words="两家单位提交同一份审计报告", by=ministry)
    assert Overlap.objects.get().get_answer_display() == "涉嫌不实"


@pytest.mark.django_db
def test_a_file_handed_in_twice_is_found_among_filed_dossiers_of_one_programme():
    """Found from either side, the later one first; what is not filed, or was taken back, is nobody's to compare."""
    first, second, draft, withdrawn = (
        bare(state) for state in ("REPORTED", "REPORTED", "DRAFT", "WITHDRAWN")
    )
    digest = "ab" * 32
    kept = put(
        StoredFile,
        owner_model="applications.material",
        owner_id=first.pk,
        name="审计报告.pdf",
        size=1,
        sha256=digest,
        uploaded_at=NOON,
    )
    for number, row in enumerate((first, second, draft, withdrawn)):
        Application.objects.filter(pk=row.pk).update(submitted_at=NOON + timedelta(days=number))
        material = put(Material, application=row, code="audit", position=1)
        put(MaterialFile, material=material, file=kept, added_by=row.created_by, added_at=NOON)
    for one in (first, second):
        found = find_overlaps(one)
        assert [(row.rule, row.material, row.application_id, row.other_id) for row in found] == [
            ("same_file", "audit", second.pk, first.pk)
        ]
        assert (found[0].count, found[0].share, found[0].sample) == (1, 100, ["审计报告.pdf"])
    assert [find_overlaps(row) for row in (draft, withdrawn)] == [[], []]
    MaterialFile.objects.filter(material__application=first).update(removed_at=NOON)
    assert find_overlaps(second) == [] and not Overlap.objects.exists()
