"""docs/access.md: the permission table as it is read by lists, pages, buttons, files and transitions."""

from __future__ import annotations

from django.apps import apps

from portal.kernel.permissions import Role, table
from review.handbook import markdown

SHORT = {
    Role.PUBLIC: "公众",
    Role.APPLICANT: "申报",
    Role.RECOMMENDER: "推荐",
    Role.MINISTRY_OFFICER: "部经办",
    Role.MINISTRY_LEAD: "部负责",
    Role.EXPERT: "专家",
    Role.INSPECTOR: "纪检",
    Role.OUTSIDE_AUDITOR: "审计",
    Role.ADMINISTRATOR: "管理",
}
INTRO = """\
Who may do what; a mark means *on the rows in the role's scope* (`grant` and `scope` in each app's `permissions.py`),
and what has no mark is refused. Out of scope is 404, in scope but forbidden 403."""


def write() -> str:
    lines = []
    for label, verbs in table().items():
        model = apps.get_model(label)
        lines += [f"## {model._meta.verbose_name} `{model._meta.label}`", ""]
        lines += markdown.table(
            ["verb", *(SHORT.get(role, role.label) for role in Role)],
            (
                [f"`{verb}`", *("●" if role in roles else "" for role in Role)]
                for verb, roles in verbs.items()
            ),
        )
        lines.append("")
    return markdown.page("Access", INTRO, lines[:-1])
