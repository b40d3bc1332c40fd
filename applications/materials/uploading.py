"""Files that come in pieces, and files of earlier years that are used again."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from applications.filing.services import check_editable
from applications.materials.services import OF_ONE_YEAR, add_file, upload_file
from applications.models import Application, MaterialFile
from portal.files import partial
from portal.models import PartialUpload, StoredFile
from portal.shared.refusal import UploadRefused
from portal.shared.storage import open_private


@transaction.atomic
def begin_upload(
    application: Application, code: str, *, name: str, size: int, fingerprint: str, by
) -> PartialUpload:
    check_editable(application, code, by)
    spec = application.spec(code)
    return partial.begin(
        application,
        slot=code,
        name=name,
        size=size,
        fingerprint=fingerprint,
        allowed=spec.types,
        max_bytes=spec.max_bytes,
        by=by,
    )


def finish_upload(
    application: Application, code: str, upload: PartialUpload, *, by, replaces: MaterialFile | None = None
) -> MaterialFile:
    """The whole file through the same checks as any other. What is refused is thrown away."""
    if upload.offset != upload.size:
        raise partial.WrongOffset(upload.offset)
    try:
        with partial.assembled(upload) as content:
            entry = upload_file(
                application, code, content=content, name=upload.name, by=by, replaces=replaces
            )
    except FileNotFoundError as lost:
        partial.discard(upload)
        raise UploadRefused("lost", "已传的部分已经清除，请重新上传。") from lost
    except UploadRefused as refused:
        if refused.code != "store":  # what has arrived is kept until the store answers again
            partial.discard(upload)
        raise
    partial.discard(upload)
    return entry


def reusable_files(application: Application, code: str) -> QuerySet[MaterialFile]:
    """Files of the same material in the unit's own earlier dossiers, the newest first, each content once."""
    if code in OF_ONE_YEAR:
        return MaterialFile.objects.none()
    here = MaterialFile.objects.filter(material__application=application, removed_at=None)
    newest = (
        MaterialFile.objects.filter(
            material__code=code,
            material__application__platform__organisation=application.platform.organisation,
            removed_at=None,
        )
        .exclude(material__application=application)
        .filter(file__state=StoredFile.State.CLEAN)
        .exclude(file__sha256__in=here.values("file__sha256"))
        .order_by("file__sha256", "-added_at")
        .distinct("file__sha256")
    )
    return (
        MaterialFile.objects.filter(pk__in=newest.values("pk"))
        .select_related("file", "material__application__cycle")
        .order_by("-added_at")
    )


def reuse_file(application: Application, code: str, entry: MaterialFile, *, by) -> MaterialFile:
    """A copy under this dossier, through today's checks: rules and virus lists change over the years."""
    with open_private(entry.file.key) as content:
        return add_file(application, code, content=content, name=entry.file.name, by=by)
