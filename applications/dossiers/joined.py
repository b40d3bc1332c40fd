"""All papers of one applicant as one PDF, as the yearly notices ask for them (合并成 1 个 PDF)."""

from __future__ import annotations

import io
from typing import BinaryIO

from portal.shared import sandbox

LARGEST = 150 * sandbox.MEGABYTE
LIMITS = sandbox.Limits(memory=700 * sandbox.MEGABYTE, cpu=120, wall=240.0, output=2 * LARGEST)
TOO_LARGE = "本件材料合计超过 150 MB，没有合并，请使用各项材料的原件。"
FAILED = "本件材料没有合并成功，请使用各项材料的原件。"


def join_papers(papers: BinaryIO) -> tuple[bytes, str]:
    """The joined PDF of an archive of ours, and a note on what it does not hold; no PDF where it can't be made."""
    if papers.seek(0, io.SEEK_END) > LARGEST:
        return b"", TOO_LARGE
    papers.seek(0)
    answer = sandbox.run("join_pdf", papers, limits=LIMITS)
    if not answer.ended or not answer.frames:
        return b"", FAILED
    told, made = answer.frames[0]
    left = [str(name) for name in told.get("left", [])]
    return made, "\n".join(["以下文件不是页面文件，或者不能打开，没有并入：", *left]) if left else ""
