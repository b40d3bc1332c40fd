"""Sources of a notice: pasted text or a file, as lines and tables in their order."""

from __future__ import annotations

from portal.files.documents import Block, Line, Table, read_document, read_text
from portal.files.documents import DocumentUnreadable as SourceUnreadable

__all__ = ["Block", "Line", "SourceUnreadable", "Table", "read_document", "read_text"]
