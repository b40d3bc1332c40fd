"""授权书: who declares for a unit shows once that the unit has named him; it is enough at once, checks may follow."""

from __future__ import annotations

from django.db.models import Q

from applications.models import Application, Authorisation
from portal.files.intake import place
from portal.files.taking import Papers, takes_files
from portal.kernel import audit, clock
from portal.kernel.action_labels import register_words
from portal.models import User

TYPES = {"pdf", "ofd", "jpg", "png"}
MAX_BYTES = 20 * 1024 * 1024

register_words({"authorisation.give": "上传授权书"})


def authorisation_of(application: Application, person: User) -> Authorisation | None:
    """The paper of this person for the unit of this dossier, the newest one."""
    rows = Authorisation.objects.filter(organisation=application.platform.organisation_id)
    own = Q(person=person) | Q(
        person__merged_into=person
    )  # also what an account of the same person has given
    return rows.filter(own).select_related("file").last()


@takes_files(upload=Papers(TYPES, MAX_BYTES))
def give_authorisation(organisation, *, upload, name: str, title: str = "", by) -> Authorisation:
    """Put the paper on record. Raises UploadRefused for a file that does not pass."""
    row = Authorisation.objects.create(
        organisation=organisation, person=by, name=name, title=title, given_at=clock.now()
    )
    row.file = place(upload, owner=row, by=by)
    row.save(update_fields=["file"])
    audit.record(action="give", obj=row, by=by, facts={"name": name, "file": row.file.name})
    return row
