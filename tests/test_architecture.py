"""What the house forbids and no linter knows: read from the source, the templates and the addresses."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from django.template import TemplateDoesNotExist
from django.template.base import Template
from django.template.defaulttags import URLNode
from django.template.loader import get_template
from django.urls import get_resolver

from tests.access import ROWS, url_names

ROOT = Path(__file__).resolve().parent.parent
APPS = ("portal", "platforms", "applications", "review", "training")
LONGEST_MODULE, LONGEST_FUNCTION = 400, 40  # lines; statements, since the formatter breaks long calls
LONGEST_TEMPLATE_LINE = 160
# Tables of cases: as long as the law, a row is read by itself.
TABLES = (
    "tests/access_rows.py",
    "tests/test_rules.py",
    "tests/test_transitions.py",
    "tests/applications/test_roster_checks.py",
    "tests/portal/shared/attacks.py",
    "tests/portal/shared/clerks.py",
    "tests/portal/shared/corpus.py",
    "tests/portal/shared/rare_pdfs.py",
)


# The public's own acts, and what the machine works out by itself.
OF_NOBODY = {
    "register_applicant",
    "register_oneself",
    "receive_objection",
    "receive_complaint",
    "accept_invitation",
    "find_overlaps",
    "carry_out",
}


def sources(*folders: str) -> list[Path]:
    return [
        path
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in path.parts and "__pycache__" not in path.parts
    ]


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.*"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def found_in(paths, pattern: str) -> list[str]:
    expression = re.compile(pattern)
    return [
        f"{named(path)}:{number}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if expression.search(line)
    ]


# --- modules ---


def test_modules_are_short():
    lengths = {named(path): len(path.read_text("utf-8").splitlines()) for path in sources(*APPS, "tests")}
    long = {name: n for name, n in lengths.items() if n > LONGEST_MODULE and "e2e" not in name}
    assert {name: n for name, n in long.items() if name not in TABLES or n > 1.5 * LONGEST_MODULE} == {}


def test_the_formatter_is_never_told_to_look_away():
    """No skips: delete the comment and run `ruff format`; a table that reads badly then wants another shape."""
    assert found_in(sources(*APPS, "tests", "bench"), r"#\s*fmt:\s*(skip|off)" + r"\b") == []


def test_functions_are_short():
    lengths = {
        f"{named(path)}:{node.name}": sum(isinstance(inner, ast.stmt) for inner in ast.walk(node)) - 1
        for path in sources(*APPS)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
    }
    supervisor = "portal/embedded/demo.py:main"  # starts and stops every process, in one order
    assert {name for name, n in lengths.items() if n > LONGEST_FUNCTION} <= {supervisor}


def test_no_module_is_called_after_nothing():
    vague = {"utils", "util", "common", "helpers", "misc", "tools", "admin", "signals"}
    assert [named(path) for path in sources(*APPS) if path.stem in vague] == []


def test_an_app_is_arranged_by_record_not_by_kind():
    """One folder per record: an app's own models.py and urls.py only gather what its folders hold."""
    kinds = ("views", "services", "forms")
    flat = [f"{app}/{kind}" for app in APPS[1:-1] for kind in kinds]
    assert [name for name in flat if (ROOT / name).exists() or (ROOT / f"{name}.py").exists()] == []
    for app in APPS[:-1]:
        assert not [
            node for node in ast.walk(tree(ROOT / app / "models.py")) if isinstance(node, ast.ClassDef)
        ]


def test_production_knows_nothing_of_training():
    """Demo data, demo accounts and the training clock's pages stand above all apps and off its import path."""
    below = [
        path
        for path in sources(*APPS[:-1])
        if re.search(r"^\s*(from|import) training\b", path.read_text(), re.M)
    ]
    assert [named(path) for path in below] == []


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"\bmark_safe\b|\bSafeString\(|\|safe\b", "escaped by hand"),
        (r"csrf_exempt", "open to other sites"),
        (r"date\.today\(\)|datetime\.now\(\)|datetime\.utcnow\(", "past the domain clock"),
        (r"\.update\([^)]*\bstate\s*=", "past perform()"),
        (r"\bis_superuser\s*=\s*True", "past the table"),
        (r"= StateField\((?!.*protected=True)[^)]*\)", "an open state"),
        (r"\.extra\(|\.raw\(", "SQL outside the guards"),
        (r"\b(post|pre)_(save|delete)\b|m2m_changed", "signals between our apps"),
    ],
)
def test_nothing_goes(pattern, why):
    found = found_in(sources(*APPS), pattern)
    # A mail service has no session that another site could use: it proves itself by a secret.
    assert [one for one in found if not one.startswith("portal/desk/bounce_hook.py")] == [], why


def test_only_the_relay_hands_over_to_the_broker():
    found = found_in(sources(*APPS), r"\.delay\(|\.delay_on_commit\(|\.apply_async\(")
    assert {place.partition(":")[0] for place in found} == {"portal/management/commands/relay_outbox.py"}


def test_the_environment_is_read_in_the_settings_alone():
    outside = [path for path in sources(*APPS) if not {"settings", "embedded"} & set(path.parts)]
    assert found_in(outside, r"os\.environ|os\.getenv") == [
        place
        for place in found_in(outside, r"os\.environ|os\.getenv")
        if place.startswith(("portal/wsgi", "portal/celery"))
    ]


def test_writes_are_keyword_only():
    """A service changes its object by keyword-only arguments and knows who does it."""
    wrong = []
    for path in sources(*APPS):
        if path.parent.name != "services" and "services" not in path.parts:
            continue
        for node in tree(path).body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            keywords = {argument.arg for argument in node.args.kwonlyargs}
            is_write = any(getattr(d, "attr", "") == "atomic" for d in node.decorator_list)
            if is_write and "by" not in keywords and node.name not in OF_NOBODY:
                wrong.append(f"{named(path)}:{node.name}")
            every = (*node.args.args, *node.args.kwonlyargs)
            if any(a.arg == "request" and "Correction" not in ast.dump(a) for a in every):
                wrong.append(f"{named(path)}:{node.name} knows the request")
    assert wrong == []


# --- templates ---


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"""\sstyle\s*=""", "inline style"),
        (r"""\son[a-z]+\s*=\s*["']""", "inline handler"),
        (r"""href\s*=\s*["'](#|javascript:[^"']*)["']""", "a link that leads nowhere"),
        (r"<script(?![^>]*\bsrc=)[^>]*>", "inline script"),
        (r"\|safe\b|autoescape off", "unescaped"),
        (r"https?://(?!www\.w3\.org)[^\s\"'<]*\.(js|css|woff2?)", "from elsewhere"),
    ],
)
def test_no_template_has(pattern, why):
    pages = [
        path for path in templates() if path.suffix == ".html" and path.parts[-2] not in ("pdf", "email")
    ]
    assert found_in(pages, pattern) == [], why


def test_lines_of_templates_are_short():
    """A sentence with many branches is broken within `{% line %}`, where a break is no space on the page."""
    long = [
        f"{named(path)}:{number}"
        for path in templates()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if len(line) > LONGEST_TEMPLATE_LINE
    ]
    assert long == []


def test_every_template_compiles():
    for path in templates():
        get_template(str(path.relative_to(ROOT / "templates")))


def test_every_template_that_is_named_exists():
    """Names in views and in other templates alike."""
    missing = []
    text = re.compile(r"""["']((?:[\w-]+/)+[\w-]+\.(?:html|txt))["']""")
    for path in [*sources(*APPS), *templates()]:
        for name in text.findall(path.read_text(encoding="utf-8")):
            try:
                get_template(name)
            except TemplateDoesNotExist:
                missing.append(f"{named(path)}: {name}")
    assert missing == []


def test_no_template_is_left_over():
    """What nothing names is dead."""
    everything = "\n".join(path.read_text(encoding="utf-8") for path in [*sources(*APPS), *templates()])
    unused = []
    for path in templates():
        name = str(path.relative_to(ROOT / "templates"))
        if name not in everything and not name.startswith(("errors/", "django/")):
            unused.append(name)
    assert unused == []


def test_every_address_in_a_template_exists():
    known = set(url_names())
    wrong = []
    for path in templates():
        template: Template = get_template(str(path.relative_to(ROOT / "templates"))).template
        for node in template.nodelist.get_nodes_by_type(URLNode):
            name = node.view_name.var
            if isinstance(name, str) and name not in known and name == node.view_name.token.strip("'\""):
                wrong.append(f"{named(path)}: {name}")
    assert wrong == []


def test_every_address_in_python_exists():
    known, wrong = set(url_names()), []
    for path in sources(*APPS):
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call) or getattr(node.func, "id", "") not in (
                "reverse",
                "redirect",
                "reverse_lazy",
            ):
                continue
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and "/" not in str(first.value) and first.value not in known:
                wrong.append(f"{named(path)}:{node.lineno} {first.value}")
    assert wrong == []


# --- views ---


def views(patterns=None):
    for pattern in patterns or get_resolver().url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from views(pattern.url_patterns)
        else:
            yield pattern.name, pattern.callback


def test_a_view_is_closed_unless_it_is_listed_as_public():
    """`login_required` is what the middleware reads; public pages stand with `open` in the access rows."""
    opened = {name for name, view in views() if not getattr(view, "login_required", True)}
    assert opened == {name for name, row in ROWS.items() if row.open}


# What a refusal may say without the table: about the row's state, or that somebody has no row of their own.
FORBIDS = 30  # calls of `forbid` outside the kernel; one more wants a verb in the table instead


def is_view_module(path: Path) -> bool:
    return any(
        isinstance(node, ast.FunctionDef) and node.args.args and node.args.args[0].arg == "request"
        for node in ast.walk(tree(path))
    )


def outside_the_kernel() -> list[Path]:
    return [path for path in sources(*APPS) if path.parts[-2] != "kernel"]


def test_who_may_is_asked_of_the_permission_table_alone():
    """No refusal is raised by hand, so that docs/access.md knows every page and every act."""
    raised = [
        f"{named(path)}:{node.lineno}"
        for path in outside_the_kernel()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Raise) and "PermissionDenied" in ast.dump(node)
    ]
    assert raised == []


def test_no_page_asks_for_a_role():
    """A view asks for a verb (`demand_role`, `demand_scope`, `holds`, `allowed`), never for `user.role`."""
    frames = "portal/pages/context.py"  # which of the two frames a page stands in
    lengths = "portal/accounts/sessions.py"  # how long and how often one may be signed in
    asked = [
        f"{named(path)}:{node.lineno}"
        for path in outside_the_kernel()
        if is_view_module(path) and named(path) not in (frames, lengths)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Compare)
        and any(
            isinstance(part, ast.Attribute) and part.attr == "role" for part in (node.left, *node.comparators)
        )
    ]
    assert asked == []


def test_refusals_beside_the_table_do_not_grow():
    beside = [
        f"{named(path)}:{node.lineno}"
        for path in outside_the_kernel()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "forbid"
    ]
    assert len(beside) <= FORBIDS, beside


def test_groups_of_roles_are_named_once():
    """A group of three roles and more is typed in one place; those of more than one app stand in the kernel."""
    typed = Counter(
        frozenset(ast.unparse(part) for part in node.elts)
        for path in outside_the_kernel()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Tuple)
        and sum(ast.unparse(part).startswith(("Role.", "*MINISTRY")) for part in node.elts) >= 3
    )
    assert [sorted(group) for group, times in typed.items() if times > 1] == []
    assert sum(typed.values()) <= 1, "compose it of the kernel's groups"


def test_a_refusal_shows_all_its_reasons():
    assert found_in(sources(*APPS), r"refusal\.reasons\[0\]") == []


def test_addresses_are_looked_up_by_name():
    """A message, a crumb, a link: `reverse`. Programs' own interfaces have addresses that never change."""
    own = ("portal/opendata/", "applications/interface/", "portal/pages/errors.py", "portal/files/inspect/")
    printed = "platforms/certificates/documents.py"  # the address in a certificate's QR code
    typed = [
        f"{named(path)}:{node.lineno} {node.value}"
        for path in sources(*APPS[:-1])
        if not named(path).startswith(own)
        and path.name not in ("urls.py", "opendata.py", "middleware.py")
        and named(path) != printed
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"/(?!api/|proc/|usr/|dev/|tmp/)[a-z_]+/(\S*/)?(\?\S*)?", node.value)
        and "embedded" not in path.parts
        and "settings" not in path.parts
    ]
    assert typed == []
