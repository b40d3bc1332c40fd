"""Trees of a PDF that a reader walks by itself: bookmarks, names, fields. In a circle they keep it busy for ever."""

from __future__ import annotations

from collections.abc import Iterator

import pikepdf

from portal.shared.refusal import UploadRefused

CIRCLE = ("circle", "PDF 的书签、名称或者表单首尾相接，打开它会耗尽时间，请用“打印为 PDF”生成新文件后上传。")


def check_trees(root: pikepdf.Dictionary) -> None:
    """Raises UploadRefused for an entry that is reached twice."""
    for top, follow in _tops(root):
        seen: set[tuple[int, int]] = set()
        waiting = [top]
        while waiting:
            node = waiting.pop()
            if not isinstance(node, pikepdf.Dictionary):
                continue
            if node.is_indirect:
                if node.objgen in seen:
                    raise UploadRefused(*CIRCLE)
                seen.add(node.objgen)
            for key in follow:
                below = node.get(key)
                waiting.extend(below if isinstance(below, pikepdf.Array) else [below])


def _tops(root: pikepdf.Dictionary) -> Iterator[tuple[pikepdf.Object | None, tuple[str, ...]]]:
    yield root.get("/Outlines"), ("/First", "/Next")
    names = root.get("/Names")
    if isinstance(names, pikepdf.Dictionary):
        yield from ((names[key], ("/Kids",)) for key in names.keys())  # noqa: SIM118
    yield root.get("/PageLabels"), ("/Kids",)
    form = root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary) and isinstance(form.get("/Fields"), pikepdf.Array):
        yield from ((field, ("/Kids",)) for field in form.Fields)
