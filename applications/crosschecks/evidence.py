"""What a dossier says of itself, gathered for the cross-checks in a constant number of queries."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from applications.crosschecks import CONFLICT, NOTICE, Earlier, Evidence, Outcome, Paper, compare
from applications.models import Application, Material, RosterRow
from portal.shared.together import alone, keep_parts, written


@dataclass(frozen=True)
class Findings:
    """The outcomes as a page shows them: what does not agree first."""

    outcomes: tuple[Outcome, ...]

    def _of(self, verdict: str) -> list[Outcome]:
        return [one for one in self.outcomes if one.verdict == verdict]

    @property
    def conflicts(self) -> list[Outcome]:
        return self._of(CONFLICT)

    @property
    def notices(self) -> list[Outcome]:
        return self._of(NOTICE)

    @property
    def agreeing(self) -> list[Outcome]:
        return self._of("agrees")

    @property
    def open(self) -> list[Outcome]:
        return self._of("open")

    @property
    def summary(self) -> str:
        parts = [f"{len(self.agreeing)} 项相符"]
        if self.conflicts:
            parts.append(f"{len(self.conflicts)} 项不一致")
        if self.notices:
            parts.append(f"{len(self.notices)} 项需要注意")
        if self.open:
            parts.append(f"{len(self.open)} 项尚无可比内容")
        return "，".join(parts)

    def about(self, code: str) -> list[Outcome]:
        """What does not agree and can be mended in this material."""
        return [one for one in (*self.conflicts, *self.notices) if code in one.check.materials]


def findings_of(application: Application) -> Findings:
    return alone(asking_findings(application))


def asking_findings(application: Application) -> Generator[Any, Any, Findings]:
    """The same for a page that asks for more besides (`portal.shared.together`)."""
    return Findings(tuple(compare((yield from asking_evidence(application)))))


def asking_evidence(application: Application) -> Generator:
    materials = {material.code: material for material in application.materials.all()}
    organisation = application.platform.organisation
    report = application.annex.data
    leader = (report.get("leader") or {}).get("leader_name")
    staff, smes = materials.get("staff"), materials.get("smes")
    named, served, before = yield (
        RosterRow.objects.filter(material=staff, data__name=(leader or "").strip()).values("pk")[:1],
        written(_served, smes.pk, organisation.uscc) if smes else RosterRow.objects.none(),
        written(_earlier, application.platform_id, application.procedure, application.cycle.year),
    )
    earlier = next(iter(before), None)
    same_smes = False
    if earlier:
        keep_parts(earlier, {"materials": (yield earlier.materials.all())})
        same_smes = bool(smes and smes.figures) and (yield from _same_smes(application, smes, earlier))
    return Evidence(
        year=application.cycle.year,
        as_of=application.cycle.judged_as_of,
        name=organisation.name,
        uscc=organisation.uscc,
        kind=organisation.kind,
        established_on=organisation.established_on,
        operating_since=application.platform.operating_since,
        procedure=application.procedure,
        report=report,
        papers={code: _paper(material) for code, material in materials.items()},
        earlier=_as_earlier(earlier) if earlier else None,
        leader_listed=bool(named) if leader and staff and staff.figures else None,
        serves_itself=bool(smes and smes.figures and served),
        same_smes=same_smes,
        province=(application.assessment or {}).get("register", ""),
        proof=((application.assessment or {}).get("provincial") or {}).get("words", ""),
        failing=any(
            row["verdict"] in ("FAIL", "RELAXABLE", "GRANTED")
            for row in (application.assessment or {}).get("criteria", [])
        ),
    )


def earlier_of(application: Application) -> Application | None:
    """The last dossier of the same platform and procedure that was filed before this one."""
    return earlier_rows(application).prefetch_related("materials").first()


def earlier_rows(application: Application) -> QuerySet[Application]:
    """Those that were filed before, the last one first."""
    return _filed_before(application.platform_id, application.procedure, application.cycle.year)


def _filed_before(platform: UUID, procedure: str, year: int) -> QuerySet[Application]:
    rows = Application.objects.filter(
        platform_id=platform, procedure=procedure, submitted_at__isnull=False, cycle__year__lt=year
    )
    return rows.select_related("annex", "cycle").order_by("-cycle__year")


def _earlier(platform: UUID, procedure: str, year: int) -> QuerySet[Application]:
    return _filed_before(platform, procedure, year)[:1]


def _served(smes: UUID, uscc: str) -> QuerySet:
    """The unit's own line in its list of those it served."""
    return RosterRow.objects.filter(material=smes, key=uscc).values("pk")[:1]


def _paper(material: Material) -> Paper:
    return Paper(material.fields, material.figures, material.none_declared)


def _as_earlier(application: Application) -> Earlier:
    return Earlier(
        application.cycle.year,
        application.annex.data,
        {material.code: _paper(material) for material in application.materials.all()},
    )


def _same_smes(application: Application, smes: Material, earlier: Application) -> Generator:
    """Whether last year's companies are exactly those that the earlier dossier named for its own last year."""
    before = next((one for one in earlier.materials.all() if one.code == "smes"), None)
    if before is None:
        return False
    mine, theirs = yield (
        _companies(smes, application.cycle.year - 1),
        _companies(before, earlier.cycle.year - 1),
    )
    return set(mine) == set(theirs) != set()


def _companies(material: Material, year: int) -> QuerySet:
    return RosterRow.objects.filter(material=material, data__year=year).values_list("key", flat=True)
