"""TLS between the portal and what it leans on: an authority of the topology's own, and whether another one is refused."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from bench.topology.site import Topology

HERE = "127.0.0.1"
# Each opens one connection as a process of the portal does, from nothing but its settings.
USES = {
    "database": "from django.db import connection as c; c.ensure_connection(); print(c.connection.pgconn.ssl_in_use)",
    "store": "from django.core.files.storage import default_storage as s; print(s.connection.meta.client.list_objects_v2(Bucket=s.bucket_name)['KeyCount'])",
    "broker": "from portal.celery import app; app.connection().ensure_connection(max_retries=1, timeout=5); print('reached')",
    "mail": "from portal.desk.mail import send_letter; send_letter('TLS', 'over TLS', 'tls@example.org'); print('taken')",
}


def write_authority(folder: Path, name: str) -> Path:
    """An authority, and beside it a certificate of this machine that it has issued."""
    folder.mkdir()
    folder.chmod(0o755)
    authority_key, own_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority, server = _name(name), _name(HERE)
    root = _certificate(authority, authority, authority_key.public_key()).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HERE))])
    own = _certificate(server, authority, own_key.public_key()).add_extension(address, critical=False)
    for file, certificate in (("ca.pem", root), ("server.crt", own)):
        signed = certificate.sign(authority_key, hashes.SHA256())
        (folder / file).write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    (folder / "server.key").write_bytes(
        own_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    (folder / "server.key").chmod(0o600)
    return folder


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(subject: x509.Name, issuer: x509.Name, key) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder(issuer, subject, key, x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=30))
    )


def addresses(port: dict[str, int], secret: dict[str, str], authority: Path) -> dict[str, str]:
    """The settings that lead to everything over TLS, as docs/operations.md has them."""

    def database(role: str, through: str) -> str:
        password = secret[role.removeprefix("portal_")]
        return f"postgres://{role}:{password}@{HERE}:{port[through]}/portal?sslmode=verify-full&sslrootcert={authority}"

    asked = f"ssl_cert_reqs=CERT_REQUIRED&ssl_ca_certs={authority}"
    return {
        "DATABASE_URL": database("portal_app", "pgbouncer"),
        "DATABASE_OWNER_URL": database("portal_owner", "entry"),
        "REDIS_URL": f"rediss://:{secret['broker']}@{HERE}:{port['broker']}/0?{asked}",
        "S3_ENDPOINT": f"https://{HERE}:{port['storage']}",
        "S3_CA_FILE": str(authority),
        "EMAIL_URL": f"smtp+tls://{HERE}:{port['mail']}",
        "EMAIL_CA_FILE": str(authority),
    }


def try_tls(site: Topology) -> int:
    """Every connection with the authority that issued the certificates and with another; 1 when one is not as it should be."""
    other = write_authority(site.folder / "other", "another authority")
    failed = 0
    for what, program in USES.items():
        told = []
        for label, folder in (("own", site.folder / "tls-inside"), ("another", other)):
            env = {
                name: value.replace(str(site.folder / "tls-inside"), str(folder))
                for name, value in site.env.items()
            }
            done = site.try_run("python", "manage.py", "shell", "-v0", "-c", program, env=env)
            lines = (done.stdout if done.returncode == 0 else done.stderr).strip().splitlines()
            told.append(f"{label}: {lines[-1][:160] if lines else done.returncode}")
            failed += (done.returncode == 0) != (label == "own")
        print(f"{what:<9} {'; '.join(told)}", flush=True)
    return int(failed > 0)
