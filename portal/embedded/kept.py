"""The demonstration of each release, kept in the tree: database, files and log in one archive.

`bin/demo` starts from the newest one that fits; `bin/upgrade-check` upgrades every one. One fits while the story that
it tells and the reference data are today's and every migration that made it says what it said: later ones are applied.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
import tomllib
from datetime import UTC, datetime
from pathlib import Path

from portal.embedded.place import ROOT, fingerprint
from portal.embedded.postgres import binaries
from portal.embedded.witnesses import PARTS
from portal.operations.releases import digest_migrations, find_touched

FOLDER = ROOT / "releases"
LARGEST = 10 * 1024 * 1024  # bytes of one archive
# What decides whether the archive tells today's story: the story itself, and what `load_reference` puts in.
MAKERS = (
    "training/demo/*.py",
    "training/clock.py",
    "*/management/commands/load_reference.py",
    "platforms/recommenders/reference.py",
    "portal/regulation/**/*",
    "portal/shared/workingdays.py",
)
PACKAGES = "requirements.txt"  # they bring migrations too
MANIFEST, DUMP = "manifest.json", "database.dump"
FOLDERS = (
    "files",
    *PARTS,
)  # of the data folder: what belongs to one database; sent letters are no part of it
DRAWN = ("files/pages", "files/drawn")  # drawn again when somebody looks
DICTIONARY = 9  # xz's largest: copies of one paper lie far apart
# The training clock goes on from where it stood, not from the days that the archive lay there.
GO_ON = """UPDATE portal_trainingclock SET "offset" = "offset" - (now() - '{saved}'::timestamptz)"""


def version() -> str:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]


def archives() -> list[Path]:
    """One for each release, the oldest first."""
    return sorted(FOLDER.glob("*.tar.xz"), key=lambda path: [int(n) for n in re.findall(r"\d+", path.name)])


def archive_of(name: str) -> Path:
    return FOLDER / f"{name}.tar.xz"


def draft() -> Path:
    """What is kept between releases: a released version's archive is never written again."""
    name = version()
    return archive_of(name if ".dev" in name else f"{name}.dev0")


def describe_story() -> str:
    return fingerprint(*MAKERS)


def describe() -> dict:
    return {
        "version": version(),
        "story": describe_story(),
        "saved": datetime.now(UTC).isoformat(),
        "migrations": digest_migrations(),
        "packages": fingerprint(PACKAGES),
    }


def save(url: str, var: Path) -> Path:
    """Write the draft of the next release's archive. Nothing may write to the place meanwhile."""
    FOLDER.mkdir(exist_ok=True)
    target = draft()
    with tempfile.TemporaryDirectory(prefix="portal-kept-") as folder:
        dump = Path(folder) / DUMP
        run("pg_dump", "--format=custom", "--compress=0", f"--file={dump}", f"--dbname={url}")
        part = target.with_suffix(".part")
        with tarfile.open(part, "w:xz", preset=DICTIONARY) as archive:
            manifest = json.dumps(describe(), indent=1).encode()
            entry = tarfile.TarInfo(MANIFEST)
            entry.size = len(manifest)
            archive.addfile(entry, io.BytesIO(manifest))
            archive.add(dump, DUMP)
            for name in FOLDERS:
                if (var / name).exists():
                    archive.add(var / name, name, filter=leave_out_drawn)
        part.replace(target)
    return target


def leave_out_drawn(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if entry.name in DRAWN else entry


def read_manifest(archive: Path) -> dict | None:
    """What the archive says of itself; None when it is torn."""
    try:
        with tarfile.open(archive, "r:xz") as opened:
            first = opened.next()
            return json.loads(opened.extractfile(first).read()) if first else None
    except (tarfile.TarError, EOFError, OSError, ValueError, AttributeError):
        return None


def newest_fitting() -> Path | None:
    for archive in reversed(archives()):
        manifest = read_manifest(archive)
        if (
            manifest
            and manifest["story"] == describe_story()
            and not find_touched(manifest["migrations"], digest_migrations())
        ):
            return archive
    return None


def is_whole(archive: Path) -> bool:
    """Whether nothing was added since that release that would have to be applied."""
    manifest = read_manifest(archive) or {}
    return (manifest.get("migrations"), manifest.get("packages")) == (
        digest_migrations(),
        fingerprint(PACKAGES),
    )


def restore(archive: Path, url: str, var: Path) -> None:
    """Into an empty database and a folder without the parts."""
    with tempfile.TemporaryDirectory(prefix="portal-kept-", dir=var) as folder:
        with tarfile.open(archive, "r:xz") as opened:
            opened.extractall(folder, filter="data")
        manifest = json.loads((Path(folder) / MANIFEST).read_text("utf-8"))
        run("pg_restore", "--exit-on-error", "--jobs=2", f"--dbname={url}", f"{folder}/{DUMP}")
        moment = datetime.fromisoformat(manifest["saved"]).isoformat()
        run("psql", "-qX", "-v", "ON_ERROR_STOP=1", f"--dbname={url}", "-c", GO_ON.format(saved=moment))
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
