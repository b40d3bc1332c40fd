"""Names of files that deceive in rarer ways, each with the code of its refusal."""

from __future__ import annotations

RARE_NAMES = {
    "isolated direction": ("报告\u2066fdp\u2069.pdf", "hidden_characters"),
    "tags": ("报告\U000e0041.pdf", "hidden_characters"),
    "escape": ("报告\x1b[2J.pdf", "hidden_characters"),
    "delete": ("报告\x7f.pdf", "hidden_characters"),
    "soft hyphen": ("报\u00ad告.pdf", "hidden_characters"),
    "dot behind": ("报告.pdf.", "extension"),
    "blank before the real ending": ("报告.pdf      .exe", "extension"),
    "stream of windows": ("报告.pdf:a.exe", "forbidden_characters"),
    "quote and mark": ('报告.pdf"><img src=x>.pdf', "forbidden_characters"),
    "marks without an end": ("报" + "\u0301" * 100 + "告.pdf", "stacked_marks"),
    "blank braille": ("报告\u2800.pdf", "hidden_characters"),
    "device with two endings": ("LPT1.a.pdf", "reserved_name"),
    "only an ending": (".pdf", "leading_mark"),
    "disk image": ("材料.iso", "extension"),
    "link of windows": ("报告.pdf.lnk", "extension"),
    "scan of many pages": ("扫描.tiff", "other_program"),
    "wps presentation": ("汇报.dps", "other_program"),
    "drawing program": ("平面图.dwg", "other_program"),
}
