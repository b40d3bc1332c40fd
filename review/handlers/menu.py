"""Words of the events of a lending."""

from __future__ import annotations

from portal.kernel.action_labels import register_words

register_words({"outsidehandler.propose": "拟派外部办理人员"})
