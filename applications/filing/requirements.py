"""What declaring asks of the person who declares."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from applications.filing.authority import asking_authorisation
from applications.models import Application
from portal.kernel.workflow import Attempt, requires

NO_PAPER = (
    "请上传加盖公章的授权书：由您代表本单位声明，须有本单位对您的授权；上传后即可提交，主管部门以后核对。"
)


@requires(Application, "submit")
@requires(Application, "resubmit")
@requires(Application, "supplement")
def signer_is_authorised(application: Application, attempt: Attempt) -> Generator[Any, Any, None]:
    """Whoever registered first is not yet who may bind the unit (an operating rule); the page asks in the same form."""
    if attempt.looking_ahead or attempt.by is None:
        return
    if not (yield asking_authorisation(application, attempt.by)):
        yield NO_PAPER
