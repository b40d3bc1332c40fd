"""The generated documents say what the code does today: after a change run `bin/manage write_documents`."""

import re
from importlib import import_module

import pytest
from django.conf import settings

from portal.kernel.discovery import KINDS
from review.handbook import access, citations, regulation, states

ROOT = settings.BASE_DIR


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("regulation", lambda: regulation.write(ROOT)),
        ("states", states.write),
        ("access", access.write),
    ],
)
def test_document_is_fresh(name, write):
    assert (ROOT / f"docs/{name}.md").read_text(encoding="utf-8") == write(), "run bin/manage write_documents"


def test_every_paragraph_has_code_or_a_reason():
    assert regulation.unexplained(ROOT) == []
    assert set(regulation.reasons()) <= {row.key for row in regulation.rows()}


def test_every_paragraph_is_carried_out_by_one_file():
    carriers = regulation.carriers(ROOT)
    without = {row.key for row in regulation.rows() if row.key not in regulation.carried_out(ROOT)}
    assert {key: files for key, files in carriers.items() if len(files) != 1} == {}
    assert {row.key for row in regulation.rows()} - carriers.keys() == without


def test_a_rule_rests_on_a_paragraph_that_exists():
    assert regulation.resting_on().keys() <= {row.key for row in regulation.rows()}


def test_every_link_leads_to_a_file():
    for places in (*regulation.carried_out(ROOT).values(), *regulation.proved(ROOT).values()):
        assert [place for place in places if not (ROOT / place.path).is_file()] == []


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Art. 9: publicity", {"9"}),
        ("of Art. 5 (一)(三) and more", {"5一", "5三"}),
        ("Art. 5 (一)–(三) for these figures", {"5一", "5二", "5三"}),
        ("the twelve of Art. 8 (十)–(十二)", {"8十", "8十一", "8十二"}),
        ("Arts. 9–11, 14", {"9", "10", "11", "14"}),
        ("Annex 1, Art. 7", {"annex1", "7"}),
        ("Annexes 2 and 3", {"annex2", "annex3"}),
        ("Article 9, Party 3, Art of 4", set()),
    ],
)
def test_what_counts_as_a_citation(text, keys):
    assert citations.keys_in(text) == keys


def test_how_to_extend_names_every_kind_and_what_exists():
    rows = re.findall(
        r"^\| `(\w+)` \|.*\| `([\w.]+)` \|$", (ROOT / "docs/extending.md").read_text("utf-8"), re.M
    )
    assert tuple(kind for kind, _ in rows) == KINDS
    for _, name in rows:
        module, _, function = name.rpartition(".")
        assert callable(getattr(import_module(module), function)), name


def test_no_link_of_the_documents_leads_nowhere():
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("bench/*.md")]
    lost = [
        f"{page.name}: {link}"
        for page in pages
        for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
        if not (page.parent / link).exists()
    ]
    assert lost == []
