"""Documents from outside as lines and tables: opened in the sandbox's child, never in a process of the portal."""

from portal.files.documents.blocks import (
    UNIT_ENDINGS,
    Block,
    DocumentUnreadable,
    Line,
    Table,
    decode,
    read_text,
)
from portal.files.documents.reading import read_document

__all__ = [
    "UNIT_ENDINGS",
    "Block",
    "DocumentUnreadable",
    "Line",
    "Table",
    "decode",
    "read_document",
    "read_text",
]
