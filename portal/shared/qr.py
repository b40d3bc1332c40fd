"""Codes that lead from paper back to the portal."""

from __future__ import annotations

import segno


def qr_data_uri(text: str, *, scale: int = 4) -> str:
    """A QR code as a data: address for a PDF."""
    return segno.make(text, error="m").png_data_uri(scale=scale, border=2)


def qr_svg(text: str) -> str:
    """A QR code as inline SVG without style attributes."""
    return segno.make(text, error="m").svg_inline(scale=4, border=2, omitsize=True)
