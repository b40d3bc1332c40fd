"""One PDF out of an applicant's papers: in their order, with bookmarks; what is no page is named."""

from __future__ import annotations

import io
import zipfile

import pikepdf
from PIL import Image

from applications.dossiers import joined


def pdf(pages: int, **how) -> bytes:
    with pikepdf.new() as made:
        for _ in range(pages):
            made.add_blank_page()
        out = io.BytesIO()
        made.save(out, **how)
    return out.getvalue()


def archive(**files: bytes) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as papers:
        for name, content in files.items():
            papers.writestr(name.replace("_", "."), content)
    return out


def test_papers_in_their_order_with_what_is_left_out():
    picture = io.BytesIO()
    Image.new("RGB", (300, 200), "white").save(picture, "PNG")
    locked = pdf(1, encryption=pikepdf.Encryption(owner="x", user=""))
    papers = archive(
        报告_pdf=pdf(2),
        执照_png=picture.getvalue(),
        名册_xlsx=b"PK",
        坏_pdf=b"%PDF-1.7",
        审计_pdf=locked,
        人员_xlsx=b"PK",
        人员_xlsx_pdf=pdf(3),
    )
    made, note = joined.join_papers(papers)
    with pikepdf.open(io.BytesIO(made)) as document, document.open_outline() as outline:
        assert [item.title for item in outline.root] == ["报告", "执照", "审计", "人员"]
        assert len(document.pages) == 7  # what was rendered stands for its workbook
    assert note.splitlines()[1:] == ["名册.xlsx", "坏.pdf"]


def test_what_cannot_be_joined_is_said(monkeypatch):
    monkeypatch.setattr(joined, "LARGEST", 10)
    assert joined.join_papers(archive(报告_pdf=pdf(1))) == (b"", joined.TOO_LARGE)
    assert joined.join_papers(io.BytesIO(b"no zip")) == (b"", joined.FAILED)
