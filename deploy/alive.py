"""Health check of the web container: asks as the proxy does, since other hosts are refused."""

import os
import sys
import urllib.request

request = urllib.request.Request(
    "http://127.0.0.1:8000/healthz",
    headers={"Host": os.environ["ALLOWED_HOSTS"].split(",")[0], "X-Forwarded-Proto": "https"},
)
with urllib.request.urlopen(request, timeout=3) as answer:  # noqa: S310 - a fixed local address
    sys.exit(answer.status != 200)
