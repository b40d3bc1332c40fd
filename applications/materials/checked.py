"""What follows when a received file has been looked into: a roster is read, and a submission takes effect.

A dossier that was declared in time counts as of its receipt even while files are still being checked. What does
not pass afterwards opens a correction with its own term, never a lost year.
"""

from __future__ import annotations

from django.db import transaction

from applications.corrections.models import Stage
from applications.corrections.services import request_correction
from applications.dossiers.facts import refresh
from applications.materials.requirements import unchecked_files
from applications.models import Application, Material, MaterialFile
from applications.rosters.services import keep_reading, read_workbook
from applications.states import ApplicationState
from portal.kernel.permissions import SYSTEM
from portal.models import StoredFile
from portal.shared.storage import open_private

STAGES = {
    ApplicationState.SUBMITTED: Stage.RECOMMENDER,
    ApplicationState.REPORTED: Stage.MINISTRY,
}


def take_verdict(stored: StoredFile) -> None:
    """A file of a dossier has been judged. Call it outside of any transaction."""
    entry = (
        MaterialFile.objects.filter(file=stored, removed_at=None)
        .select_related("material__application")
        .first()
    )
    reading = None
    if entry and stored.state == StoredFile.State.CLEAN and _is_roster(entry.material):
        with open_private(stored.key) as content:
            reading = read_workbook(entry.material, content)
    with transaction.atomic():
        application = Application.objects.select_for_update(of=("self",)).get(pk=stored.owner_id)
        if reading is not None:
            material = Material.objects.select_for_update().get(pk=entry.material_id)
            entry = MaterialFile.objects.get(pk=entry.pk)
            if entry.removed_at is None:
                keep_reading(material, entry, reading)
                material.save()
        refresh(application)
        _return_what_failed(application)


def _is_roster(material: Material) -> bool:
    return material.application.spec(material.code).kind == "roster"


def _return_what_failed(application: Application) -> None:
    """Once the last file is judged: materials that did not pass go back with the sentences that say why."""
    if application.state not in STAGES or unchecked_files(application).exists():
        return
    failed = [row for row in application.materials.all() if row.status == "problem"]
    if not failed:
        return
    items = [{"code": row.code, "reason": "not_passed", "words": row.hint} for row in failed]
    words = "提交时尚在核对的文件没有通过核对。提交时间和受理回执不变，请在期限内更换下列材料后重新提交。"
    request_correction(application, stage=STAGES[application.state], items=items, words=words, by=SYSTEM)
