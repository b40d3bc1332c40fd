"""Refusals below the pages: a file that is not taken, a kept record that is not what it was."""

from __future__ import annotations


class UploadRefused(Exception):
    """A code for programs and a sentence that tells a person what to do."""

    def __init__(self, code: str, sentence: str):
        self.code, self.sentence = code, sentence
        super().__init__(sentence)


INFECTED = ("infected", "文件含有病毒，请查杀后重新上传。")


class RecordAltered(Exception):
    """A record that was frozen by its digest has another one now: nothing is decided on it. The sentence says so."""
