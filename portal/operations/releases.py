"""What was released: the digest of every migration that went out, in one file, and whether one was touched since.

Without Django, so that the programs around the portal read it too.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
RELEASED = Path(__file__).with_name("released.json")


def digest_of(path: Path) -> str:
    """A migration's content; comments (the date among them) and empty lines do not count."""
    lines = (line.rstrip() for line in path.read_text(encoding="utf-8").splitlines())
    kept = [line for line in lines if line and not line.lstrip().startswith("#")]
    return hashlib.sha256("\n".join(kept).encode()).hexdigest()


def read_released() -> dict[str, str]:
    """app.name → digest; empty before the first release."""
    return json.loads(RELEASED.read_text(encoding="utf-8"))


def digest_migrations(root: Path = ROOT) -> dict[str, str]:
    """app.name → digest of every migration in the tree."""
    return {
        f"{path.parent.parent.name}.{path.stem}": digest_of(path)
        for path in sorted(root.glob("*/migrations/0*.py"))
    }


def find_touched(released: dict[str, str], today: dict[str, str]) -> list[str]:
    """Released migrations that say something else today, or are gone."""
    return [name for name, digest in released.items() if today.get(name) != digest]


def write_released() -> int:
    """Everything in the tree is released from now on; how many migrations."""
    today = digest_migrations()
    RELEASED.write_text(json.dumps(today, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return len(today)
