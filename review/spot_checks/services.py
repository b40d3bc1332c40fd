"""抽查 (Art. 15): the plan, its public draw, the findings, the platform's answer, the outcome."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from copy import copy

from django.db import transaction

from platforms.models import Designation
from platforms.recommenders.reference import provinces
from platforms.states import LIVE_TITLES
from portal.files.intake import place
from portal.files.taking import Papers, takes_files
from portal.kernel import audit, clock
from portal.kernel.calendar import deadline_in
from portal.kernel.permissions import demand_role, demand_scope
from portal.kernel.workflow import TransitionBlocked, column_of, perform
from portal.shared.digests import canonical_json, sha256_hex
from review.experts import conflicts
from review.experts.services import facts_of_expert
from review.models import CheckFinding, CheckPlan, Expert, Revocation, SpotCheck
from review.panels import drawing
from review.rectifications import services as rectification
from review.revocations.services import open_revocation
from review.states import PlanState

ANSWER_DAYS = 5  # working days to answer findings, an operating rule
TYPES = {"pdf", "ofd", "jpg", "png", "xlsx"}
MAX_BYTES = 50 * 1024 * 1024


@transaction.atomic
def create_plan(*, by, **fields) -> CheckPlan:
    demand_role(CheckPlan, by, "prepare", "抽查计划由工业和信息化部拟定。")
    row = CheckPlan.objects.create(created_by=by, created_at=clock.now(), **fields)
    audit.record(action="create", obj=row, by=by, facts=fields)
    return row


def editing_reasons(plan: CheckPlan) -> list[str]:
    """Why the plan's text stands as it is; empty for a draft."""
    return [] if plan.state == PlanState.DRAFT else [f"此计划{plan.get_state_display()}，不能再修改。"]


@transaction.atomic
def edit_plan(plan: CheckPlan, *, by, **fields) -> CheckPlan:
    """Only a draft: what was announced is what anyone recomputes the draw from."""
    demand_scope(by, "edit", plan, "抽查计划由工业和信息化部拟定。")
    row = CheckPlan.objects.select_for_update().get(pk=plan.pk)
    reasons = editing_reasons(row)
    if reasons:
        raise TransitionBlocked(reasons)
    before = copy(row)
    changed = {
        name: [getattr(row, name), value] for name, value in fields.items() if getattr(row, name) != value
    }
    if changed:
        for name, (_, value) in changed.items():
            setattr(row, name, value)
        row.save(update_fields=list(changed))
        audit.record(
            action="edit", obj=row, by=by, note=_changes_in_words(before, row, changed), facts=changed
        )
    return row


def _changes_in_words(before: CheckPlan, row: CheckPlan, names) -> str:
    """“年度：2025 → 2026” for each field, choices by their labels."""

    def shown(plan: CheckPlan, name: str):
        return getattr(plan, f"get_{name}_display", lambda: getattr(plan, name))()

    labels = {name: column_of(CheckPlan, name).verbose_name for name in names}
    return "；".join(f"{labels[name]}：{shown(before, name)} → {shown(row, name)}" for name in names)


def freeze(plan: CheckPlan) -> dict:
    """The frame as plain data: titles by stratum, experts by code, the pairs that must not meet."""
    titles = list(
        Designation.objects.filter(state__in=LIVE_TITLES)
        .select_related("recommender", "jurisdiction")
        .order_by("number")
    )
    experts = list(Expert.objects.filter(is_available=True, user__is_active=True).order_by("user__username"))
    codes = {f"Z{position:03d}": expert for position, expert in enumerate(experts, start=1)}
    barred, lies_in = [], provinces()
    for title in titles:
        dossier = conflicts.DossierFacts(
            title.uscc, title.organisation_name, lies_in.get(title.jurisdiction_id, ""), frozenset()
        )
        for code, expert in codes.items():
            if conflicts.conflicts(facts_of_expert(expert, lies_in), dossier, same_province=True):
                barred.append([code, title.key])
    return {
        "titles": {title.key: title.recommender.label for title in titles},
        "experts": {code: str(expert.pk) for code, expert in codes.items()},
        "conflicts": barred,
    }


def public_frame(plan: CheckPlan, inputs: Mapping) -> str:
    """The text that is published and that the frame's digest is taken over, so that anyone can check it.

    Nobody is named: under a code stands the digest of the expert's key, which holds the office to the person.
    """
    experts = {code: sha256_hex(key.encode()) for code, key in inputs["experts"].items()}
    return canonical_json(
        {
            **inputs,
            "experts": experts,
            "percent": plan.percent,
            "each": plan.each,
            "team_size": plan.team_size,
        }
    )


@transaction.atomic
def announce_plan(plan: CheckPlan, *, by, secret: str = "") -> CheckPlan:
    """Publish the frame, the method and the commitment to a secret number that nobody has read."""
    secret = secret or secrets.token_hex(16)
    inputs = freeze(plan)
    return perform(
        plan,
        "announce",
        by=by,
        inputs=inputs,
        digest=sha256_hex(public_frame(plan, inputs).encode()),
        secret=secret,
        commitment=drawing.commitment_of(secret),
    )


def drawn_by_rule(plan: CheckPlan, seed: str) -> dict[str, list[str]]:
    """Number → expert codes by the published method; the page, the draw and the public recompute this."""
    inputs = plan.inputs
    numbers = drawing.sample(inputs["titles"], percent=plan.percent, each=plan.each, seed=seed)
    return drawing.teams(
        numbers,
        list(inputs["experts"]),
        size=plan.team_size,
        seed=seed,
        conflicts={(code, number) for code, number in inputs["conflicts"]},
    )


@transaction.atomic
def draw(plan: CheckPlan, *, public_number: str, public_source: str, by) -> CheckPlan:
    """Reveal the secret; with a number that became public after the announcement it gives the seed."""
    seed = drawing.seed_of(plan.secret, public_number)
    try:
        result = drawn_by_rule(plan, seed)
    except drawing.PanelImpossible as impossible:
        raise TransitionBlocked([str(impossible)]) from impossible
    row = perform(plan, "draw", by=by, public_number=public_number, public_source=public_source, seed=seed)
    titles = {title.key: title for title in Designation.objects.filter(key__in=result)}
    for position, (number, codes) in enumerate(result.items(), start=1):
        check = SpotCheck.objects.create(plan=row, title=titles[number], position=position)
        check.experts.set([row.inputs["experts"][code] for code in codes])
        audit.record(action="create", obj=check, by=by, facts={"number": number, "experts": codes})
    return row


@takes_files(upload=Papers(TYPES, MAX_BYTES))
def add_finding(check: SpotCheck, *, weight: str, words: str, upload=None, by) -> CheckFinding:
    demand_scope(by, "hand_over", check, "检查发现由被抽中的专家或者工信部经办人记录。")
    if check.state != "NOTIFIED":
        raise TransitionBlocked([f"当前为“{check.get_state_display()}”，不能记录检查发现。"])
    if weight == CheckFinding.Weight.FRAUD and not upload:
        raise TransitionBlocked(["涉嫌弄虚作假的发现须附证据。"])
    stored = place(upload, owner=check, by=by) if upload else None
    row = CheckFinding.objects.create(
        check_of=check, weight=weight, words=words, evidence=stored, found_by=by, found_at=clock.now()
    )
    audit.record(action="find", obj=row, by=by, note=words, facts={"weight": row.get_weight_display()})
    return row


def hand_over(check: SpotCheck, *, by, note: str = "", for_team: bool = False) -> SpotCheck:
    """One hands in for all; `for_team` says so where a colleague of the team has recorded nothing."""
    return perform(check, "hand_over", by=by, note=note, due_on=deadline_in(ANSWER_DAYS), for_team=for_team)


@takes_files(files=Papers(TYPES, MAX_BYTES))
def answer_findings(check: SpotCheck, *, words: str, files=(), by) -> SpotCheck:
    """The platform's explanation, with whatever proves it."""
    row = perform(check, "answer_findings", by=by, note=words)
    row.answer_files.set([place(file, owner=row, by=by) for file in files])
    return row


@transaction.atomic
def order_rectification(check: SpotCheck, *, by, note: str) -> SpotCheck:
    row = perform(check, "order_rectification", by=by, note=note)
    rectification.order(row.title, requirements=note, by=by, spot_check=row)
    return row


@transaction.atomic
def refer(check: SpotCheck, *, by, note: str) -> SpotCheck:
    """Findings and their files go over to the revocation as its first evidence."""
    row = perform(check, "refer", by=by, note=note)
    is_fraud = row.findings.filter(weight=CheckFinding.Weight.FRAUD).exists()
    revocation = open_revocation(
        row.title,
        ground=Revocation.Ground.FRAUD if is_fraud else Revocation.Ground.SPOT_CHECK,
        referral=note,
        by=by,
        spot_check=row,
    )
    for finding in row.findings.exclude(evidence=None).select_related("evidence"):
        revocation.evidence.create(
            words=finding.words[:300], file=finding.evidence, added_by=by, added_at=clock.now()
        )
    return row


def publish_results(plan: CheckPlan, *, by, note: str = "") -> CheckPlan:
    return perform(plan, "publish_results", by=by, note=note)
