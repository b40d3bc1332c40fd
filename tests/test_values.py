"""What modules say while they are imported stands a second time in `tests/values.txt`."""

from __future__ import annotations

import os

from tests import values


def test_every_figure_default_and_registration_is_as_it_was_meant():
    found = list(values.lines())
    if os.environ.get("WRITE"):
        values.WRITTEN.write_text("\n".join(found) + "\n", encoding="utf-8")
    assert found == values.WRITTEN.read_text("utf-8").splitlines()
