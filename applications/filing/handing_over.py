"""提请负责人提交: the one who filled in asks the one who signs, and both see where it stands."""

from __future__ import annotations

from django.db import transaction

from applications.filing.submission import verb_for
from applications.models import Application, HandOver
from platforms.querysets import people_of_organisation
from portal.kernel import audit, clock, outbox
from portal.kernel.permissions import demand_scope
from portal.kernel.workflow import TransitionBlocked, missing
from portal.pages.forms import PortalForm, forms


class HandOverForm(PortalForm):
    words = forms.CharField(
        label="给负责人的留言", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


@transaction.atomic
def hand_over(application: Application, *, words: str, by) -> HandOver:
    """Ask the unit's signers to submit. Raises TransitionBlocked with what is still missing."""
    demand_scope(by, "edit", application, "只有本单位人员可以提请提交。")
    row = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if not row.is_editable:
        raise TransitionBlocked(["此件已经提交，不需要提请。"])
    signers = people_of_organisation(row.platform.organisation, "sign_organisation").exclude(pk=by.pk)
    if not signers.exists():
        raise TransitionBlocked(["本单位没有其他负责人。请先在“单位”中邀请负责人，或者由您本人提交。"])
    reasons = missing(row, verb_for(row), by=signers.first())
    if reasons:
        raise TransitionBlocked(reasons)
    asked = HandOver.objects.create(
        application=row, sequence=row.submissions.count() + 1, words=words, asked_by=by, asked_at=clock.now()
    )
    event = audit.record(action="hand_over", obj=row, by=by, note=words)
    outbox.send("event", key=f"event:{event.uuid}", event=str(event.uuid))
    return asked


def open_hand_over(application: Application) -> HandOver | None:
    """The last one that no submission has answered."""
    if not application.is_editable:
        return None
    last = application.hand_overs.select_related("asked_by").last()
    return last if last and last.sequence == application.submissions.count() + 1 else None
