"""The one file of a `multipart/form-data` body, as a stream."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from safelight.errors import InvalidRequest

FIELD = "file"
OTHER_BYTES = 64 * 1024  # of everything that is not the file

_REMEDY = 'Send one part named "file", as `curl -F file=@photo.jpg` does.'


@dataclass(frozen=True, kw_only=True)
class FilePart:
    """`content` is read from the request as it is consumed; `filename` and type are the sender's claims."""

    filename: str | None
    content_type: str | None
    content: AsyncIterator[bytes]


def boundary_of(content_type: str) -> bytes | None:
    """The boundary of a multipart body; None when the body is another type. Raises InvalidRequest."""
    media_type, options = parse_options_header(content_type)
    if media_type != b"multipart/form-data":
        return None
    if not options.get(b"boundary"):
        raise InvalidRequest("The multipart body's Content-Type has no boundary.", remedy=_REMEDY)
    return options[b"boundary"]


async def open_file_part(body: AsyncIterator[bytes], boundary: bytes) -> FilePart:
    """Read up to the part named `file`. Its content ends with an error if the body does not end well.

    Raises InvalidRequest for a body that is malformed, has no such part, or has two.
    """
    reader = _Reader(boundary)
    while not reader.found:
        chunk = await anext(body, None)
        if chunk is None:
            reader.finish()
            raise InvalidRequest('The multipart body has no part named "file".', remedy=_REMEDY)
        reader.write(chunk)
    return FilePart(
        filename=reader.filename,
        content_type=reader.content_type,
        content=_content(reader, body),
    )


async def _content(reader: _Reader, body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    for piece in reader.taken():
        yield piece
    async for chunk in body:
        reader.write(chunk)
        for piece in reader.taken():
            yield piece
    reader.finish()


class _Reader:
    """Feeds the parser and keeps what it says of the file's part."""

    def __init__(self, boundary: bytes) -> None:
        self.found = False
        self.filename: str | None = None
        self.content_type: str | None = None
        self._pieces: deque[bytes] = deque()
        self._name = bytearray()
        self._value = bytearray()
        self._headers: dict[bytes, bytes] = {}  # of the present part, names in lower case
        self._in_file = False
        self._ended = False
        self._other_bytes = 0
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin_part,
                    "on_header_field": self._add_name,
                    "on_header_value": self._add_value,
                    "on_header_end": self._end_header,
                    "on_headers_finished": self._end_headers,
                    "on_part_data": self._add_data,
                    "on_end": self._end,
                },
            )
        except FormParserError as error:
            raise _malformed(error) from None

    def write(self, chunk: bytes) -> None:
        self._other_bytes += len(chunk)
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise _malformed(error) from None
        if self._other_bytes > OTHER_BYTES:
            raise InvalidRequest(
                f"The multipart body has more than {OTHER_BYTES} bytes beside the file.", remedy=_REMEDY
            )

    def taken(self) -> list[bytes]:
        """The file's bytes since the last call."""
        pieces = list(self._pieces)
        self._pieces.clear()
        return pieces

    def finish(self) -> None:
        """Raises InvalidRequest when the body broke off: half a file must not pass for a whole one."""
        if not self._ended:
            raise InvalidRequest("The multipart body breaks off before its end.", remedy="Send it again.")

    def _begin_part(self) -> None:
        self._headers = {}
        self._in_file = False

    def _add_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _add_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        self._headers[bytes(self._name).lower()] = bytes(self._value)
        self._name.clear()
        self._value.clear()

    def _end_headers(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition"))
        if options.get(b"name") != FIELD.encode():
            return
        if self.found:
            raise InvalidRequest("The multipart body has two files.", remedy="Send one file a request.")
        self.found = self._in_file = True
        self.filename = _text(options.get(b"filename"))
        self.content_type = _text(self._headers.get(b"content-type"))

    def _add_data(self, data: bytes, start: int, end: int) -> None:
        if self._in_file:
            self._other_bytes -= end - start
            self._pieces.append(data[start:end])

    def _end(self) -> None:
        self._ended = True


def _text(value: bytes | None) -> str | None:
    return value.decode(errors="replace") if value else None


def _malformed(error: FormParserError) -> InvalidRequest:
    return InvalidRequest(f"The multipart body is malformed: {error}.", remedy=_REMEDY)
