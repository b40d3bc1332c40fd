"""SBOM: what the image carries from PyPI, as CycloneDX 1.6 on standard output; run inside the image.

The lock names every package with its version; where one is installed, its licence is told too.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tomllib
import uuid
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def licence_of(name: str) -> str:
    try:
        found = metadata(name)
    except PackageNotFoundError:
        return ""
    named = [
        row.rpartition(" :: ")[2] for row in found.get_all("Classifier") or () if row.startswith("License")
    ]
    return (
        found.get("License-Expression") or "、".join(named) or (found.get("License") or "").partition("\n")[0]
    )


def component(name: str, version: str) -> dict:
    address = f"pkg:pypi/{name}@{version}"
    made = {"type": "library", "name": name, "version": version, "purl": address, "bom-ref": address}
    licence = licence_of(name)
    return {**made, "licenses": [{"license": {"name": licence[:120]}}]} if licence else made


def describe(lock: bytes) -> dict:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    found = re.findall(r"^([a-z0-9][a-z0-9._-]*)==([^ ;\\]+)", lock.decode(), re.MULTILINE)
    digest = hashlib.sha256(lock).hexdigest()
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, digest)}",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "name": project["name"], "version": project["version"]},
            "properties": [{"name": "requirements.txt:sha256", "value": digest}],
        },
        "components": [component(name, version) for name, version in sorted(found)],
    }


if __name__ == "__main__":
    json.dump(describe((ROOT / "requirements.txt").read_bytes()), sys.stdout, ensure_ascii=False, indent=1)
