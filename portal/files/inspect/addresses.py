"""Addresses that a file names: on the author's own disk, in a shared folder, on the web, or one that starts something."""

from __future__ import annotations

import re

# What an office program or Windows runs rather than shows.
PROGRAMS = (
    ".exe",
    ".dll",
    ".scr",
    ".pif",
    ".cpl",
    ".msi",
    ".msp",
    ".bat",
    ".cmd",
    ".ps1",
    ".psm1",
    ".vbs",
    ".vbe",
    ".js",
    ".jse",
    ".wsf",
    ".wsh",
    ".hta",
    ".lnk",
    ".url",
    ".scf",
    ".reg",
    ".inf",
    ".jar",
    ".class",
    ".chm",
    ".sct",
    ".xll",
    ".wll",
    ".iqy",
    ".oqy",
    ".rqy",
    ".slk",
    ".settingcontent-ms",
)
ON_A_DISK = re.compile(r"file:|[a-z]:[/\\]|[^:/]*\\", re.IGNORECASE)


def is_local(target: str) -> bool:
    """A path on the author's own disk, or one relative to the file."""
    path = target.lower().removeprefix("file:").lstrip("/")
    return not is_shared_folder(target) and ("://" not in target or path[1:2] == ":")


def is_shared_folder(target: str) -> bool:
    target = target.strip().strip('"').lower().replace("\\", "/")
    if target.startswith("file:"):
        path = target[5:].lstrip("/")
        slashes, host = len(target) - 5 - len(path), path.partition("/")[0]
        # Two slashes are followed by a host, three by a path, four and more by a host again.
        return slashes >= 4 or (slashes == 2 and host not in ("", "localhost") and host[1:2] != ":")
    return target.startswith(("//", "smb:", "mhtml:", "ms-"))


def is_unsafe_link(target: str) -> bool:
    """What a reader should not follow even by a click of their own."""
    target = target.strip().strip('"').strip()
    scheme = target.partition(":")[0].strip().lower()
    if is_shared_folder(target) or scheme in ("javascript", "vbscript", "search-ms", "search", "data"):
        return True
    return bool(ON_A_DISK.match(target)) and is_program(target)


def is_program(name: str) -> bool:
    """A file that does something when it is opened, by its name's ending."""
    return name.lower().endswith(PROGRAMS)


def names_elsewhere(text: str) -> bool:
    """Whether a text with an address in it names something that is neither here nor on the author's disk."""
    for word in text.replace('"', " ").replace("'", " ").replace(";", " ").replace("=", " ").split():
        low = word.lower()
        if is_shared_folder(word) or ("://" in low and not is_local(word)):
            return True
    return False
