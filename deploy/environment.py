"""What each service of the compose file is given, by name: variables, secrets, networks. No value is printed.

python deploy/environment.py [docker-compose.yml]
"""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

COMPOSE = Path(__file__).resolve().parent.parent / "docker-compose.yml"


def describe(path: Path = COMPOSE) -> dict[str, dict[str, list[str]]]:
    """Service → kind → names."""
    services = yaml.safe_load(path.read_text("utf-8"))["services"]
    return {
        name: {
            "environment": sorted(service.get("environment", {})),
            "secrets": sorted(service.get("secrets", [])),
            "networks": sorted(service.get("networks", [])),
        }
        for name, service in sorted(services.items())
    }


def main() -> None:
    for name, kinds in describe(*map(Path, sys.argv[1:2])).items():
        print(name)
        for kind, names in kinds.items():
            print(f"  {kind:<12} {', '.join(names) or '-'}")


if __name__ == "__main__":
    main()
