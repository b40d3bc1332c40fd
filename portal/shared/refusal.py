"""Why a file is not taken: a code for programs and a sentence that tells a person what to do."""

from __future__ import annotations


class UploadRefused(Exception):
    def __init__(self, code: str, sentence: str):
        self.code, self.sentence = code, sentence
        super().__init__(sentence)
