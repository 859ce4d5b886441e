"""The items of an AVIF or HEIC file and what is said of each, from its `meta` box (ISO/IEC 14496-12)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

from safelight.image.headers.boxes import child, children
from safelight.image.headers.reader import Reader, bounded
from safelight.image.rejections import corrupt

_MOST_ITEMS: Final = 20_000  # 400 tiles of 512 × 512 make 100 megapixels

Properties = list[tuple[bytes, Reader]]


@dataclass(frozen=True, kw_only=True)
class Reference:
    kind: bytes  # `dimg`: made from; `auxl`: belongs to; …
    source: int
    targets: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Items:
    """Items by number: which is the picture, how each is coded, and its properties in their order."""

    primary: int
    kinds: dict[int, bytes]
    properties: dict[int, Properties]
    references: list[Reference]

    def of(self, item: int, kind: bytes) -> list[Reader]:
        """The item's properties of that kind."""
        return [content for name, content in self.properties.get(item, []) if name == kind]


def read_items(meta: Reader) -> Items:
    """`meta` is the content of the `meta` box after version and flags."""
    boxes: dict[bytes, Reader] = {}
    for kind, content in children(meta):
        boxes.setdefault(kind, content)
    if not boxes.keys() >= {b"pitm", b"iinf", b"iprp"}:
        raise corrupt("The file does not say which of its items is the picture")
    pitm = boxes[b"pitm"]
    return Items(
        primary=pitm.integer(4, _id_size(pitm)),
        kinds=dict(_kinds(boxes[b"iinf"])),
        properties=_properties(boxes[b"iprp"]),
        references=list(_references(boxes[b"iref"])) if b"iref" in boxes else [],
    )


def _id_size(box: Reader) -> int:
    return 2 if box.u8(0) == 0 else 4


def _kinds(iinf: Reader) -> Iterator[tuple[int, bytes]]:
    start = 4 + _id_size(iinf)
    for kind, entry in children(iinf.rest(start)):
        if kind == b"infe" and (version := entry.u8(0)) >= 2:
            id_size = 2 if version == 2 else 4
            yield entry.integer(4, id_size), entry.take(4 + id_size + 2, 4)


def _properties(iprp: Reader) -> dict[int, Properties]:
    ipco = child(iprp, b"ipco")
    if ipco is None:
        raise corrupt("The file says nothing of its items")
    everything = list(children(ipco))
    tables = (content for kind, content in children(iprp) if kind == b"ipma")
    found = chain.from_iterable(_associations(table, everything) for table in tables)
    return dict(bounded(found, "file", most=_MOST_ITEMS))


def _associations(ipma: Reader, everything: Properties) -> Iterator[tuple[int, Properties]]:
    id_size = _id_size(ipma)
    index_size = 2 if ipma.u8(3) & 1 else 1
    unmarked = (1 << (8 * index_size - 1)) - 1  # the top bit says "essential"
    at = 8
    for _ in range(ipma.u32(4)):
        item, count = ipma.integer(at, id_size), ipma.u8(at + id_size)
        at += id_size + 1
        indices = [index & unmarked for index in ipma.integers(at, count, index_size)]
        yield item, [everything[index - 1] for index in indices if 0 < index <= len(everything)]
        at += index_size * count


def _references(iref: Reader) -> Iterator[Reference]:
    id_size = _id_size(iref)
    for kind, content in children(iref.rest(4)):
        count = content.integer(id_size, 2)
        targets = content.integers(id_size + 2, count, id_size)
        yield Reference(kind=kind, source=content.integer(0, id_size), targets=targets)
