"""Store and mail server whose certificates an authority of one's own has issued: believed in by setting, else refused."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
import time
from threading import Thread

import boto3
import pytest
from botocore.exceptions import SSLError
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from bench.topology.tls import write_authority
from deploy.prepare_bucket import prepare
from portal.desk.mail import send_letter
from portal.embedded.postgres import free_port
from tests.conftest import ROOT
from tests.factories.mail import send_by


@pytest.fixture(scope="module")
def authorities(tmp_path_factory):
    folder = tmp_path_factory.mktemp("authorities")
    return write_authority(folder / "own", "own"), write_authority(folder / "other", "other")


def test_a_letter_goes_to_a_server_of_ones_own_authority_alone(authorities, tmp_path, settings):
    own, other = authorities
    port = free_port()
    send_by(settings, "portal.desk.smtp.EmailBackend", host="127.0.0.1", port=port, use_tls=True)
    told = [str(port), str(tmp_path / "letters"), own / "server.crt", own / "server.key"]
    sink = subprocess.Popen([sys.executable, "-m", "bench.topology.sink", *told], cwd=ROOT)
    try:
        wait_for(port)
        settings.EMAIL_CA_FILE = str(own / "ca.pem")
        send_letter("标题", "正文", "to@example.org")
        assert len([*(tmp_path / "letters").iterdir()]) == 1
        settings.EMAIL_CA_FILE = str(other / "ca.pem")
        with pytest.raises(ssl.SSLCertVerificationError):
            send_letter("标题", "正文", "to@example.org")
    finally:
        sink.kill()
        sink.wait()


def wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return


def test_the_bucket_is_made_at_a_store_of_ones_own_authority_alone(authorities):
    own, other = authorities
    store = make_server(
        "127.0.0.1",
        0,
        DomainDispatcherApplication(create_backend_app),
        threaded=True,
        ssl_context=(str(own / "server.crt"), str(own / "server.key")),
    )
    Thread(target=store.serve_forever, daemon=True).start()
    environment = {
        "S3_ENDPOINT": f"https://127.0.0.1:{store.server_port}",
        "S3_BUCKET": "over-tls",
        "S3_ROOT_ACCESS_KEY": "root",
        "S3_ROOT_SECRET_KEY": "root",
        "S3_ACCESS_KEY": "portal",
    }
    try:
        with pytest.raises(SSLError):
            prepare({**environment, "S3_CA_FILE": str(other / "ca.pem")})
        prepare({**environment, "S3_CA_FILE": str(own / "ca.pem")})
        keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x", "region_name": "us-east-1"}
        client = boto3.client(
            "s3", endpoint_url=environment["S3_ENDPOINT"], verify=str(own / "ca.pem"), **keys
        )
        assert client.get_bucket_versioning(Bucket="over-tls")["Status"] == "Enabled"
    finally:
        store.shutdown()
