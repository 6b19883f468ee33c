"""Uploads are kept in memory: no byte of what a person sends is written to a file.

By default Werkzeug puts a file of more than half a megabyte in the temp folder, where it would outlive a crash.
"""

from __future__ import annotations

from io import BytesIO
from typing import IO

from flask import Request

MOST_BYTES = 32 * 1024 * 1024
"""The largest request that is answered; a month of all notices of a region is some 2 MB."""

MOST_PARTS = 50


class RequestInMemory(Request):
    """A request whose files and fields never leave memory."""

    max_content_length = MOST_BYTES
    max_form_memory_size = MOST_BYTES
    max_form_parts = MOST_PARTS

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO()
