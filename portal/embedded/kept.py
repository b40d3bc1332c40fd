"""A demonstration kept from an earlier filling: database, files and log in one archive, keyed by what makes them.

Anything of the code may change what a filling writes, so the archive fits until the next commit that touches it: it is
made anew at releases (`bin/demo --keep`). One that does not fit is as good as none, and the demo is filled.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from portal.embedded.place import ROOT, TABLES, fingerprint
from portal.embedded.postgres import binaries
from portal.embedded.witnesses import PARTS

KEPT = ROOT / "training" / "kept.tar.xz"
MAKERS = (
    *TABLES,
    *(f"{app}/**/*.py" for app in ("portal", "platforms", "applications", "review", "training")),
    "templates/**/*.html",
    "portal/regulation/*",
)
KEY, DUMP = "key", "database.dump"
FOLDERS = ("files", "mail", *PARTS)  # of the data folder: what belongs to one database


def key_of_code() -> str:
    return fingerprint(*MAKERS)


def save(url: str, var: Path) -> int:
    """Write the archive; its size. Nothing may write to the place meanwhile."""
    with tempfile.TemporaryDirectory(prefix="portal-kept-") as folder:
        dump = Path(folder) / DUMP
        run("pg_dump", "--format=custom", "--compress=0", f"--file={dump}", f"--dbname={url}")
        draft = KEPT.with_suffix(".part")
        with tarfile.open(draft, "w:xz") as archive:
            key = key_of_code().encode()
            entry = tarfile.TarInfo(KEY)
            entry.size = len(key)
            archive.addfile(entry, io.BytesIO(key))
            archive.add(dump, DUMP)
            for name in FOLDERS:
                if (var / name).exists():
                    archive.add(var / name, name)
        draft.replace(KEPT)
    return KEPT.stat().st_size


def fits() -> bool:
    """Whether there is an archive that this very code made."""
    if not KEPT.exists():
        return False
    try:
        with tarfile.open(KEPT, "r:xz") as archive:
            first = archive.next()
            return bool(first) and archive.extractfile(first).read().decode() == key_of_code()
    except (tarfile.TarError, EOFError, OSError, UnicodeDecodeError):
        return False


def restore(url: str, var: Path) -> None:
    """Into an empty database and a folder without the parts."""
    with tempfile.TemporaryDirectory(prefix="portal-kept-", dir=var) as folder:
        with tarfile.open(KEPT, "r:xz") as archive:
            archive.extractall(folder, filter="data")
        run("pg_restore", "--exit-on-error", f"--dbname={url}", f"{folder}/{DUMP}")
        for name in FOLDERS:
            if (Path(folder) / name).exists():
                shutil.move(Path(folder) / name, var / name)


def run(program: str, *arguments: str) -> None:
    done = subprocess.run(
        [str(binaries() / "bin" / program), "--no-password", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{program} 未能完成：{done.stderr.strip()[-500:]}")
