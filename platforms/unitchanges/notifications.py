"""Letters about a change: whose turn it is, and to the unit what was found and decided."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from platforms.models import Organisation, UnitChange
from platforms.querysets import people_of_organisation, people_of_recommender
from platforms.unitchanges.receiving import consent_of
from portal.desk.notifications import Message, notifies
from portal.kernel.action_labels import register_words
from portal.models import AuditEvent

register_words(
    {
        "unitchange.file": "提出变更",
        "unitchange.receive": "接收单位同意",
        "unitchange.decline": "接收单位不同意",
        "annualsummary.hand_over": "移交迁入地区",
    }
)


def _address(change: UnitChange) -> str:
    return f"/unit-changes/{change.pk}/"


@notifies(UnitChange, "file", "explain")
def tell_office(event: AuditEvent, change: UnitChange) -> Iterator[Message]:
    yield Message(
        people_of_recommender(change.office),
        f"变更登记待核验：{change.platform.name}",
        f"{change.platform.organisation.name}提出变更，请与证照逐项核对。",
        _address(change),
    )


@notifies(UnitChange, "file")
def tell_receiving_unit(event: AuditEvent, change: UnitChange) -> Iterator[Message]:
    if change.operator_id and consent_of(change) is None:
        yield Message(
            people_of_organisation(change.operator, "sign_organisation"),
            f"请答复是否接收平台：{change.platform.name}",
            f"{change.platform.organisation.name}提出由贵单位运营该平台。贵单位同意后，主管部门方可核验。",
            _address(change),
        )


@notifies(UnitChange, "receive")
def tell_that_it_is_received(event: AuditEvent, change: UnitChange) -> Iterator[Message]:
    for people in (
        people_of_organisation(change.platform.organisation),
        people_of_recommender(change.office),
    ):
        yield Message(
            people,
            f"接收单位已同意：{change.platform.name}",
            f"{change.operator.name}同意接收该平台，可以核验。",
            _address(change),
        )


@notifies(UnitChange, "decline")
def tell_that_it_is_declined(event: AuditEvent, change: UnitChange) -> Iterator[Message]:
    told = {
        "该变更不能继续，请撤回；需要的，可以另行提出。": people_of_organisation(
            change.platform.organisation
        ),
        "等待提出单位撤回。": people_of_recommender(change.office),
    }
    for rest, people in told.items():
        yield Message(
            people,
            f"接收单位不同意接收：{change.platform.name}",
            f"{change.operator.name}不同意接收该平台：{event.note.rstrip('。')}。{rest}",
            _address(change),
        )


@notifies(UnitChange, "verify")
def tell_new_place(event: AuditEvent, change: UnitChange) -> Iterator[Message]:
    if change.moves_to_id:
        yield Message(
            people_of_recommender(change.moves_to),
            f"平台申请迁入：{change.platform.name}",
            f"{change.office.name}已核验并同意迁出，请答复是否同意迁入。",
            _address(change),
        )


@notifies(UnitChange, "ask")
def tell_unit_to_explain(event: AuditEvent, change: UnitChange) -> Iterator[Message]:
    yield Message(
        people_of_organisation(change.platform.organisation),
        f"变更登记请说明：{change.platform.name}",
        change.query,
        _address(change),
    )


@notifies(UnitChange, "approve")
def tell_of_change(event: AuditEvent, change: UnitChange) -> Iterator[Message]:
    told = "；".join(f"{label}由“{before}”变更为“{after}”" for label, before, after in change.masked_lines)
    concerned = [people_of_organisation(change.platform.organisation), people_of_recommender(change.office)]
    if change.moves_to_id:
        concerned.append(people_of_recommender(change.moves_to))
    for people in concerned:
        yield Message(people, f"已变更登记：{change.platform.name}", f"{told}。", _address(change))
    if change.operator_id and "unit_before" in event.facts:  # who ran it until now has the case no longer
        former = people_of_organisation(Organisation.objects.get(pk=event.facts["unit_before"]))
        notice = reverse("unit_change_notice", args=[change.pk])
        yield Message(former, f"已变更登记：{change.platform.name}", f"{told}。", notice)
