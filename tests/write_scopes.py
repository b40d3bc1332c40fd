"""Write `tests/scopes.txt` anew, on a database without cases: some scopes ask who signed what."""

from __future__ import annotations

import os
import subprocess
import sys

from portal.embedded.testing import servers


def main() -> None:
    with servers():
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.test"}
        code = "from tests import scopes; scopes.write()"
        subprocess.run([sys.executable, "manage.py", "shell", "-v0", "-c", code], check=True, env=environment)


if __name__ == "__main__":
    main()
