"""A mail server that takes every letter and keeps it as a file: python -m bench.topology.sink PORT FOLDER"""

from __future__ import annotations

import socketserver
import sys
import time
from pathlib import Path


class Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.say("220 sink")
        for line in self.rfile:
            word = line[:4].upper()
            if word == b"QUIT":
                self.say("221 bye")
                break
            if word == b"DATA":
                self.say("354 go on")
                self.keep()
            self.say("250 ok")

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
        sink.serve_forever()
