"""A web worker that loses no request when it ends.

gunicorn's own keeps the door open, unattended, until the last answer is given; who connects meanwhile is cut off, and the
proxy may not send a POST again that it has sent. This one takes in who stands at the door and shuts it at once: whoever
comes then is refused before a word is sent, and the proxy turns to the other node.
"""

from __future__ import annotations

from gunicorn.workers.gthread import ThreadWorker


class DrainingWorker(ThreadWorker):
    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled)
        if not self.alive:
            self.shut_door()

    def shut_door(self) -> None:
        for listener in self.sockets:
            inside = -1
            while inside != self.nr_conns:  # nobody came in any more
                inside = self.nr_conns
                self.accept(listener)
            listener.close()
