"""Health check of a container: web is asked as the proxy does, the others have written the time of their last round."""

import os
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

LONGEST = 60  # seconds between two rounds


def web_answers() -> bool:
    port = os.environ.get("WEB_BIND", ":8000").rpartition(":")[2]
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/healthz",
        headers={"Host": os.environ["ALLOWED_HOSTS"].split(",")[0], "X-Forwarded-Proto": "https"},
    )
    with urllib.request.urlopen(request, timeout=3) as answer:  # noqa: S310 - a fixed local address
        return answer.status == 200


def beats(process: str) -> bool:
    try:
        return (
            time.time() - (Path(tempfile.gettempdir()) / f"portal-{process}.alive").stat().st_mtime < LONGEST
        )
    except OSError:
        return False


if __name__ == "__main__":
    process = sys.argv[1] if len(sys.argv) > 1 else "web"
    sys.exit(0 if (web_answers() if process == "web" else beats(process)) else 1)
