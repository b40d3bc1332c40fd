"""No act looks into a file while it holds locks: each is walked with a real file that tells when it was read."""

from __future__ import annotations

import ast
import importlib
import io
import re
import time
from inspect import signature
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction

from portal.files.intake import judge
from portal.files.taking import Papers, takes_files
from portal.kernel import clock
from portal.shared.refusal import UploadRefused
from portal.shared.storage import store_private
from portal.shared.waiting import WaitsInsideTransaction
from tests.portal.shared import samples as make

pytestmark = pytest.mark.django_db
SOURCES = [
    path
    for app in ("portal", "platforms", "applications", "review")
    for path in sorted((settings.BASE_DIR / app).rglob("*.py"))
    if "migrations" not in path.parts
]
CONTENT = {"pdf": make.pdf(pages=1), "jpg": make.picture("JPEG")}


def acts() -> dict[str, tuple]:
    found = {}
    for path in SOURCES:
        names = re.findall(r"^@takes_files\((?:.|\n)*?^def (\w+)\(", path.read_text("utf-8"), re.MULTILINE)
        if names:
            place = ".".join(path.relative_to(settings.BASE_DIR).with_suffix("").parts)
            found |= {f"{place}.{name}": (place, name) for name in names}
    return found


ACTS = acts()


class Paper(io.BytesIO):
    """Notes how deep in transactions of the portal's own it is read."""

    def __init__(self, kind: str):
        super().__init__(CONTENT[kind])
        self.name, self.depths, self.at = f"证明.{kind}", set(), None

    def read(self, *how):
        self.depths.add(len(connection.atomic_blocks))
        self.at = self.at or clock.now()
        return super().read(*how)


def objects() -> set[Path]:
    """Pictures of pages are not counted: they belong to a digest, and to nobody."""
    return {path for path in Path(default_storage.location, "sha256").rglob("*") if path.is_file()}


@pytest.mark.parametrize(("place", "name"), ACTS.values(), ids=ACTS)
def test_every_act_with_files_looks_before_its_transaction_and_keeps_nothing_when_it_fails(place, name):
    act = getattr(importlib.import_module(place), name)
    assert act.takes_files, "the decorator that opens the transaction is the outermost one"
    outside, before = len(connection.atomic_blocks), objects()
    for field, rule in act.takes_files.items():
        paper = Paper("pdf" if "pdf" in rule.allowed else "jpg")
        several = field in ("proofs", "files", "photos", "evidence")
        nonsense = {
            one: None
            for one, kind in signature(act).parameters.items()
            if kind.kind not in (kind.VAR_KEYWORD, kind.VAR_POSITIONAL)
        }
        with pytest.raises(Exception) as failure:
            act(**{**nonsense, field: [paper] if several else paper})
        assert not isinstance(failure.value, (WaitsInsideTransaction, UploadRefused))
        assert paper.depths <= {outside}
    assert objects() == before


def test_the_walk_is_over_all_of_them():
    assert len(ACTS) >= 17
    once = re.compile(r"\btake_in\(|\bjudged_first\(")
    assert [str(path) for path in SOURCES if once.search(path.read_text("utf-8"))] == []


@pytest.mark.parametrize(
    "wait",
    [
        lambda: judge(Paper("pdf"), name="a.pdf", allowed={"pdf"}, max_bytes=10**6),
        lambda: store_private(io.BytesIO(b"x"), sha256="a" * 64),
    ],
    ids=["inspection", "store"],
)
def test_waiting_with_rows_locked_is_an_error_of_ours(wait):
    with transaction.atomic(), pytest.raises(WaitsInsideTransaction, match="before the transaction begins"):
        wait()


def test_an_act_counts_as_of_the_moment_it_came():
    @takes_files(papers=Papers({"pdf"}, 10**6))
    def act(papers):
        time.sleep(0.01)
        return clock.now(), [one.received.name for one in papers]

    paper = Paper("pdf")
    assert act([paper]) == (paper.at, ["证明.pdf"])


def test_the_file_that_is_refused_is_named_and_those_before_it_go_back():
    @takes_files(papers=Papers({"pdf"}, 10**6))
    def act(papers):
        raise AssertionError("never reached")

    before, bad = objects(), io.BytesIO(b"not a pdf")
    bad.name = "坏的.pdf"
    with pytest.raises(UploadRefused) as refused:
        act([Paper("pdf"), bad])
    assert refused.value.sentence.startswith("“坏的.pdf”：")
    with pytest.raises(UploadRefused) as twice:
        act([Paper("pdf"), Paper("pdf")])
    assert twice.value.code == "twice"
    assert objects() == before


WAITING = {name for _, name in ACTS.values() if not name.startswith("_")} - {
    "answer"
}  # two acts have this name
WAITING |= {"store_private", "keep_own", "read_notice", "read_workbook", "mended_workbook"}
WAITING |= {
    "add_file",
    "upload_file",
    "certificate_file",
    "store_receipt",
    "preview_import",
    "preview_notice",
}


def opens_transaction(node: ast.AST) -> bool:
    if isinstance(node, ast.FunctionDef):
        return any("transaction.atomic" in ast.unparse(one) for one in node.decorator_list)
    return isinstance(node, ast.With) and any("transaction.atomic" in ast.unparse(one) for one in node.items)


def test_no_transaction_is_opened_around_what_waits():
    """Read in the source, since an act may be called from where no test goes with a file."""
    wrong = []
    for path in SOURCES:
        text = path.read_text("utf-8")
        if "transaction.atomic" not in text or not any(f"{name}(" in text for name in WAITING):
            continue
        for node in filter(opens_transaction, ast.walk(ast.parse(text))):
            called = {
                call.func.id
                for body in node.body
                for call in ast.walk(body)
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
            }
            wrong += [f"{path.name}:{node.lineno} {name}" for name in sorted(called & WAITING)]
    assert wrong == []
