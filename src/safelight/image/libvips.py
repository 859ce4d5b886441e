"""libvips, set up once for hostile input. Everything in `image` takes `pyvips` from here.

Only the loaders of accepted formats, and only from memory, can run; every other loader is blocked,
whatever a file makes a library ask for. The operation cache is off: it keeps pixels of images that
will not be seen again. One thread an operation: a busy machine runs one image a core, an idle one
encodes variants side by side, and the AV1 encoder writes other bytes when it is given more.
"""

from __future__ import annotations

import logging
from typing import Any, Final

import pyvips

_LOADERS: Final = (
    "VipsForeignLoadJpegBuffer",
    "VipsForeignLoadPngBuffer",
    "VipsForeignLoadWebpBuffer",
    "VipsForeignLoadNsgifBuffer",
    "VipsForeignLoadHeifBuffer",
    "VipsForeignLoadTiffBuffer",
)

# Warnings of the codecs are about uploads, not about us; what matters of them becomes a rejection.
logging.getLogger("pyvips").setLevel(logging.ERROR)


def _text(pointer: Any) -> str:
    """C text, whatever its bytes; what is not UTF-8 becomes U+FFFD."""
    return "NULL" if pointer == pyvips.ffi.NULL else pyvips.ffi.string(pointer).decode("utf-8", "replace")


# pyvips takes all text for UTF-8. A file can put other bytes into metadata and error messages, and
# then even raising an error fails, for that file and, as messages pile up, for every one after it.
for _module in (pyvips, pyvips.error, pyvips.gvalue):
    _module._to_string = _text  # noqa: SLF001 - there is no public way

pyvips.block_untrusted_set(True)
pyvips.operation_block_set("VipsForeignLoad", True)
for _loader in _LOADERS:
    pyvips.operation_block_set(_loader, False)
pyvips.cache_set_max(0)
pyvips.concurrency_set(1)

__all__ = ["pyvips"]
