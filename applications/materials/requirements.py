"""What must be in place before a dossier's files are relied on."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from applications.models import Application
from portal.kernel.workflow import Attempt, requires
from portal.models import StoredFile


def unchecked_files(application: Application) -> QuerySet[StoredFile]:
    """Files of the dossier as it stands that nobody has looked into yet."""
    current = application.materials.filter(files__removed_at=None).values("files__file")
    return StoredFile.objects.filter(pk__in=current, state__in=StoredFile.UNCHECKED)


@requires(Application, "begin_evaluation")
@requires(Application, "accept")
def every_file_is_checked(application: Application, attempt: Attempt) -> Iterable[str]:
    """A submission counts as of its receipt; it takes effect when the last of its files has been looked into."""
    waiting = unchecked_files(application).count()
    if waiting:
        yield f"有 {waiting} 份文件已收到，仍在核对；核对完成后即可办理，提交时间以回执为准。"
