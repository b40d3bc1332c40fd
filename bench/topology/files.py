"""The settings of the foreign parts: taken from deploy/ where it has them, with addresses of this machine."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID

from bench.topology.parts import ROOT

if TYPE_CHECKING:
    from bench.topology.site import Topology

# One signature of our own: "portal-drill" anywhere in a file.
SIGNATURE = f"Own.Drill.Test:0:*:{b'portal-drill'.hex()}\n"


def broker(own: Path, port: int, password: str) -> str:
    """Over TLS alone; what is in it may be lost, the outbox keeps it."""
    return (
        f"bind 127.0.0.1\nport 0\ntls-port {port}\ntls-auth-clients no\ntls-ca-cert-file {own}/tls-inside/ca.pem\n"
        f"tls-cert-file {own}/tls-inside/server.crt\ntls-key-file {own}/tls-inside/server.key\n"
        f'save ""\nappendonly no\nmaxmemory-policy noeviction\nrequirepass {password}\ndir {own}\n'
    )


def weed() -> str:
    """The S3 store's program, from the Python package that carries it."""
    return shutil.which("weed") or str(Path(sys.executable).parent / "weed")


def store_accounts(env: dict[str, str]) -> str:
    def account(name: str, key: str, secret: str, actions: list[str]) -> dict:
        return {
            "name": name,
            "credentials": [{"accessKey": env[key], "secretKey": env[secret]}],
            "actions": actions,
        }

    bucket = env["S3_BUCKET"]
    rights = [f"{right}:{bucket}" for right in ("Read", "Write", "List", "Tagging")]
    root = account(
        "root", "S3_ROOT_ACCESS_KEY", "S3_ROOT_SECRET_KEY", ["Admin", "Read", "Write", "List", "Tagging"]
    )
    return json.dumps({"identities": [root, account("portal", "S3_ACCESS_KEY", "S3_SECRET_KEY", rights)]})


def clamd(own: Path, port: int) -> str:
    text = (ROOT / "deploy/clamd.conf").read_text()
    text = re.sub(r"(?<= )/\w+(?=/clamd)", f"{own}/scanner", text)
    text = text.replace("TCPSocket 3310", f"TCPSocket {port}\nTCPAddr 127.0.0.1")
    text = text.replace("User clamav\n", "")
    return text + f"DatabaseDirectory {own}/scanner-db\nForeground yes\n"


def patroni(name: str, site: Topology) -> str:
    """Two members; a commit waits for both as long as both live, so that no acknowledged act is lost with a leader."""
    own, port, secret = site.folder, site.ports, site.secrets
    return json.dumps(
        {
            "scope": "portal",
            "name": name,
            "restapi": {
                "listen": f"127.0.0.1:{port[f'{name}-rest']}",
                "connect_address": f"127.0.0.1:{port[f'{name}-rest']}",
            },
            "etcd3": {"hosts": f"127.0.0.1:{port['etcd']}"},
            "bootstrap": {
                "dcs": {
                    "ttl": 15,
                    "loop_wait": 3,
                    "retry_timeout": 5,
                    "maximum_lag_on_failover": 1048576,
                    "synchronous_mode": True,
                    "failsafe_mode": True,  # without etcd the leader stays as long as all members answer it
                    "postgresql": {
                        "use_pg_rewind": True,
                        "parameters": {"max_connections": 200, "wal_log_hints": "on"},
                    },
                },
                "initdb": [{"encoding": "UTF8"}, {"locale": "C.UTF-8"}],
            },
            "postgresql": {
                "listen": f"127.0.0.1:{port[name]}",
                "connect_address": f"127.0.0.1:{port[name]}",
                "data_dir": f"{own}/{name}/data",
                "bin_dir": "/usr/lib/postgresql/15/bin",
                "pgpass": f"{own}/{name}/pgpass",
                "pg_hba": [
                    "local all all trust",
                    "host replication replicator 127.0.0.1/32 scram-sha-256",
                    "hostssl all all 127.0.0.1/32 scram-sha-256",
                ],
                "authentication": {
                    "superuser": {"username": "postgres", "password": secret["super"]},
                    "replication": {"username": "replicator", "password": secret["replica"]},
                    "rewind": {"username": "rewinder", "password": secret["replica"]},
                },
                "parameters": {
                    "unix_socket_directories": f"{own}/{name}",
                    "shared_buffers": "128MB",
                    "ssl": "on",
                    "ssl_cert_file": f"{own}/tls-inside/server.crt",
                    "ssl_key_file": f"{own}/tls-inside/server.key",
                },
            },
        },
        indent=1,
    )


def haproxy(port: dict[str, int]) -> str:
    members = "".join(
        f"  server {name} 127.0.0.1:{port[name]} check port {port[f'{name}-rest']} inter 1s fall 2 rise 1 on-marked-down shutdown-sessions\n"
        for name in ("pg-a", "pg-b")
    )

    def entry(name: str, role: str) -> str:
        return f"listen {name}\n  bind 127.0.0.1:{port[name]}\n  option httpchk GET /{role}\n  http-check expect status 200\n{members}"

    head = "global\n  maxconn 2000\ndefaults\n  mode tcp\n  timeout connect 3s\n  timeout client 1h\n  timeout server 1h\n"
    return head + entry("entry", "primary") + entry("entry-replica", "replica")


def pgbouncer(own: Path, port: dict[str, int]) -> str:
    """The settings that docs/operations.md asks for."""
    return (
        f"[databases]\nportal = host=127.0.0.1 port={port['entry']} dbname=portal\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port['pgbouncer']}\nunix_socket_dir =\n"
        f"auth_type = scram-sha-256\nauth_file = {own}/users.txt\npool_mode = transaction\n"
        "default_pool_size = 30\nmax_client_conn = 500\nserver_login_retry = 1\nserver_check_delay = 2\nquery_wait_timeout = 20\n"
        "ignore_startup_parameters = extra_float_digits\n"
        f"client_tls_sslmode = require\nclient_tls_cert_file = {own}/tls-inside/server.crt\n"
        f"client_tls_key_file = {own}/tls-inside/server.key\n"
        f"server_tls_sslmode = verify-full\nserver_tls_ca_file = {own}/tls-inside/ca.pem\n"
    )


def nginx(own: Path, port: dict[str, int]) -> str:
    """deploy/nginx.conf and what it includes, with local addresses; the newest words that Debian's nginx lacks left out."""
    text = (ROOT / "deploy/nginx.conf").read_text()
    text = re.sub(r"^resolver .*\n", "", text, flags=re.M).replace(" resolve;", ";")
    for name in ("web-a", "web-b"):
        text = text.replace(f"{name}:8000", f"127.0.0.1:{port[name]}")
    text = re.sub(r"server \{\n  listen 80;.*?\n\}\n", "", text, flags=re.S)
    text = text.replace("listen 443 ssl;\n  http2 on;", f"listen 127.0.0.1:{port['proxy']} ssl http2;")
    text = text.replace("/run/secrets/tls", f"{own}/tls").replace("/dev/stdout", f"{own}/access.log")
    text = text.replace("/var/cache/nginx", f"{own}/proxy").replace(
        "/usr/share/nginx/pages/", f"{ROOT}/deploy/pages/"
    )
    text = text.replace("/etc/nginx/portal_proxy.conf", f"{ROOT}/deploy/portal_proxy.conf")
    scratch = "".join(
        f"{kind}_temp_path {own}/proxy/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if os.geteuid() == 0 else ""
    return f"{user}daemon off;\npid {own}/proxy/pid;\nerror_log {own}/proxy.log;\nevents {{}}\nhttp {{\ninclude /etc/nginx/mime.types;\n{scratch}{text}}}\n"


def write_seal(path: Path) -> None:
    """A key for the seal whose certificate another has issued, as the deployment check wants."""
    key, certificate = certified("工业和信息化部电子印章", "某电子认证机构")
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"seal", key, certificate, None, BestAvailableEncryption(b"key")
        )
    )


def write_certificate(path: Path, key_path: Path, host: str) -> None:
    key, certificate = certified(host, host)
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


def certified(subject: str, issuer: str) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in (issuer, subject)]
    builder = x509.CertificateBuilder(names[0], names[1], key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now).not_valid_after(now + timedelta(days=30))
    return key, builder.sign(key, hashes.SHA256())
