"""A mail server that takes every letter over TLS and keeps it as a file: python -m bench.topology.sink PORT FOLDER CERTIFICATE KEY"""

from __future__ import annotations

import socketserver
import ssl
import sys
import time
from pathlib import Path


class Session(socketserver.StreamRequestHandler):
    secure = False

    def handle(self) -> None:
        self.say("220 sink")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"QUIT":
                self.say("221 bye")
                break
            if word == b"EHLO":
                self.say("250 sink" if self.secure else "250-sink\r\n250 STARTTLS")
            elif word == b"STAR":
                self.say("220 go on")
                self.begin_tls()
            elif not self.secure:
                self.say("530 STARTTLS first")
            else:
                if word == b"DATA":
                    self.say("354 go on")
                    self.keep()
                self.say("250 ok")

    def begin_tls(self) -> None:
        self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)
        self.secure = True

    def keep(self) -> None:
        rows = []
        for line in self.rfile:
            if line.rstrip(b"\r\n") == b".":
                break
            rows.append(line)
        (self.server.folder / f"{time.time_ns()}.eml").write_bytes(b"".join(rows))

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class Sink(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


if __name__ == "__main__":
    with Sink(("127.0.0.1", int(sys.argv[1])), Session) as sink:
        sink.folder = Path(sys.argv[2])
        sink.folder.mkdir(exist_ok=True)
        sink.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        sink.tls.load_cert_chain(sys.argv[3], sys.argv[4])
        sink.serve_forever()
