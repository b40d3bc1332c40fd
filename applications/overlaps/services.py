"""Looking for what a filed dossier shares with the others, of this year and of earlier ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.db import transaction
from django.db.models import Count

from applications.models import Application, Material, MaterialFile, Overlap, RosterRow
from applications.overlaps.rules import RULES, Match, Side, compare_files, compare_rows, compares
from applications.states import ENDS, ApplicationState
from portal.kernel import audit, clock
from portal.kernel.permissions import demand_scope, holds
from portal.kernel.workflow import TransitionBlocked

UNFILED = (ApplicationState.DRAFT, ApplicationState.WITHDRAWN)
ROW_KEYS = 2000  # keys of one question to the database


@transaction.atomic
def find_overlaps(application: Application) -> list[Overlap]:
    """Compare a filed dossier with every other; earlier unanswered findings that no longer hold go."""
    row = Application.objects.select_related("platform", "cycle").get(pk=application.pk)
    if row.state in UNFILED:
        return []
    found: dict[tuple, Match] = {}
    for other, match in [*_by_file(row), *_by_row(row)]:
        later, earlier = _in_order(row, other)
        found[later.pk, earlier.pk, match.rule, match.material] = match
    stored = []
    for (later_pk, earlier_pk, rule, material), match in found.items():
        overlap, _ = Overlap.objects.update_or_create(
            application_id=later_pk,
            other_id=earlier_pk,
            rule=rule,
            material=material,
            defaults={"count": match.count, "share": match.share, "sample": list(match.sample)},
            create_defaults={
                "count": match.count,
                "share": match.share,
                "sample": list(match.sample),
                "found_at": clock.now(),
            },
        )
        stored.append(overlap)
    keep = [overlap.pk for overlap in stored]
    overlaps_of(row).filter(answer="").exclude(pk__in=keep).delete()
    return stored


def overlaps_of(application: Application):
    """Findings in which the dossier is either side."""
    return Overlap.objects.filter(application=application) | Overlap.objects.filter(other=application)


def told_in_part(user) -> list[tuple[Application, Overlap]]:
    """Findings of one unit across recommenders, each with the side that this office reads: the other is not shown to it."""
    if not holds(Overlap, user, "view_in_part"):
        return []  # whoever else may see overlaps reads both sides
    ours = Application.objects.for_user(user)
    rows = Overlap.objects.for_user(user, "view_in_part").exclude(
        pk__in=Overlap.objects.for_user(user).values("pk")
    )
    found = {row.pk: row for row in rows}
    sides = {key for row in found.values() for key in (row.application_id, row.other_id)}
    own = {one.pk: one for one in ours.filter(pk__in=sides).select_related("platform")} if sides else {}
    return [
        (own[key], row) for row in found.values() for key in (row.application_id, row.other_id) if key in own
    ]


@transaction.atomic
def answer_overlap(overlap: Overlap, *, answer: str, words: str, by) -> Overlap:
    """An officer's conclusion on one finding; anything but 情况合理 needs words."""
    demand_scope(by, "answer", overlap, "查重结果由办理评审的单位核查。")
    if answer not in Overlap.Answer.values:
        raise TransitionBlocked(["请选择核查结论。"])
    if answer != Overlap.Answer.EXPLAINED and not words.strip():
        raise TransitionBlocked(["请写明核查情况。"])
    overlap.answer, overlap.words, overlap.answered_by, overlap.answered_at = answer, words, by, clock.now()
    overlap.save(update_fields=["answer", "words", "answered_by", "answered_at"])
    audit.record(
        action="answer", obj=overlap, by=by, note=words, facts={"rule": overlap.rule, "answer": answer}
    )
    return overlap


def _side(application: Application) -> Side:
    return Side(
        str(application.platform_id), str(application.platform.organisation_id), application.cycle.year
    )


def _in_order(one: Application, other: Application) -> tuple[Application, Application]:
    """(later, earlier) by first filing."""
    first = (one.submitted_at, str(one.pk)) > (other.submitted_at, str(other.pk))
    return (one, other) if first else (other, one)


def _others(application: Application, pks) -> dict:
    """Filed dossiers of the same programme: a province's own round is compared with nothing but itself."""
    rows = Application.objects.filter(
        pk__in=pks, submitted_at__isnull=False, cycle__programme=application.cycle.programme_id
    ).exclude(state__in=UNFILED)
    return {row.pk: row for row in rows.exclude(pk=application.pk).select_related("platform", "cycle")}


def _by_file(application: Application) -> Iterator[tuple[Application, Match]]:
    current = MaterialFile.objects.filter(removed_at=None)
    ours: dict[str, dict[str, str]] = defaultdict(dict)
    for code, digest, name in current.filter(material__application=application).values_list(
        "material__code", "file__sha256", "file__name"
    ):
        ours[code][digest] = name
    digests = {digest for files in ours.values() for digest in files}
    theirs: dict = defaultdict(set)
    for pk, digest in (
        current.filter(file__sha256__in=digests)
        .exclude(material__application=application)
        .values_list("material__application_id", "file__sha256")
    ):
        theirs[pk].add(digest)
    for pk, other in _others(application, theirs).items():
        for rule in RULES:
            if rule.key or not compares(rule, _side(application), _side(other)):
                continue
            for code, files in ours.items():
                if rule.materials and code not in rule.materials:
                    continue
                match = compare_files(rule, code, files, theirs[pk])
                if match:
                    yield other, match


def shared_with_own(application: Application) -> Iterator[tuple[Application, Match]]:
    """What a dossier shares with another of the same unit in the same year, drafts too: told to the unit itself."""
    rows = Application.objects.filter(
        cycle=application.cycle_id, platform__organisation=application.platform.organisation_id
    ).exclude(state__in=ENDS)
    others = {row.pk: row for row in rows.exclude(pk=application.pk).select_related("platform", "cycle")}
    if others:
        yield from _by_row(application, among=lambda _, pks: {pk: others[pk] for pk in pks if pk in others})


def _by_row(application: Application, among=_others) -> Iterator[tuple[Application, Match]]:
    for material in Material.objects.filter(
        application=application, code__in=("staff", "smes", "facilities")
    ):
        ours = list(material.rows.values_list("key", "data"))
        theirs = _rows_with(application, material.code, [key for key, _ in ours if key])
        sizes = dict(
            Material.objects.filter(code=material.code, application__in=list(theirs))
            .annotate(size=Count("rows"))
            .values_list("application_id", "size")
        )
        for pk, other in among(application, theirs).items():
            for rule in RULES:
                if rule.key is None or material.code not in rule.materials:
                    continue
                if not compares(rule, _side(application), _side(other)):
                    continue
                match = compare_rows(
                    rule, material.code, [data for _, data in ours], theirs[pk], right_rows=sizes[pk]
                )
                if match:
                    yield other, match


def _rows_with(application: Application, code: str, keys: list[str]) -> dict:
    """Rows of other dossiers that name the same people, companies or facilities: dossier → rows."""
    found = defaultdict(list)
    wanted = sorted(set(keys))
    for start in range(0, len(wanted), ROW_KEYS):
        rows = RosterRow.objects.filter(material__code=code, key__in=wanted[start : start + ROW_KEYS])
        for pk, data in rows.exclude(material__application=application).values_list(
            "material__application_id", "data"
        ):
            found[pk].append(data)
    return found
