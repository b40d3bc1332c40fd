"""What must be in place before a dossier's files are relied on."""

from __future__ import annotations

from collections.abc import Iterable

from applications.models import Application
from portal.kernel.workflow import Attempt, requires


@requires(Application, "begin_evaluation")
@requires(Application, "accept")
def every_file_is_checked(application: Application, attempt: Attempt) -> Iterable[str]:
    """A submission counts as of its receipt; it takes effect when the last of its files has been looked into."""
    waiting = application.unchecked_files().count()
    if waiting:
        yield f"有 {waiting} 份文件已收到，仍在核对；核对完成后即可办理，提交时间以回执为准。"
