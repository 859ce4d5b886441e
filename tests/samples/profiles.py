"""ICC matrix profiles written from primaries and a gamma, to stand for a camera's or a display's."""

from __future__ import annotations

import struct
from functools import cache

import numpy as np

# White point and primaries as CIE xy, and the transfer exponent; None is sRGB's own curve.
D50 = (0.9642, 1.0, 0.8249)
_D65_XY = (0.3127, 0.3290)
_D50_XY = (0.3457, 0.3585)
_SPACES: dict[str, tuple[tuple[float, float], list[tuple[float, float]], float | None]] = {
    "srgb": (_D65_XY, [(0.64, 0.33), (0.30, 0.60), (0.15, 0.06)], None),
    "p3": (_D65_XY, [(0.680, 0.320), (0.265, 0.690), (0.150, 0.060)], None),
    "adobe": (_D65_XY, [(0.64, 0.33), (0.21, 0.71), (0.15, 0.06)], 563 / 256),
    "prophoto": (_D50_XY, [(0.7347, 0.2653), (0.1596, 0.8404), (0.0366, 0.0001)], 1.8),
}
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])


def _xyz(xy: tuple[float, float]) -> np.ndarray:
    x, y = xy
    return np.array([x / y, 1.0, (1 - x - y) / y])


@cache
def matrix(space: str) -> np.ndarray:
    """3x3: linear RGB of `space` to XYZ relative to D50, the ICC connection space."""
    white, primaries, _ = _SPACES[space]
    columns = np.stack([_xyz(xy) for xy in primaries], axis=1)
    to_xyz = columns * np.linalg.solve(columns, _xyz(white))
    scale = (_BRADFORD @ np.array(D50)) / (_BRADFORD @ _xyz(white))
    return np.linalg.inv(_BRADFORD) @ np.diag(scale) @ _BRADFORD @ to_xyz


def _s15f16(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))


def _curve(gamma: float | None) -> bytes:
    if gamma is None:
        parameters = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
        return b"para" + bytes(4) + struct.pack(">HH", 3, 0) + b"".join(map(_s15f16, parameters))
    return b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2)


@cache
def icc(space: str) -> bytes:
    """A version 4 display profile for `srgb`, `p3`, `adobe`, `prophoto`, or `grey` (gamma 1.8)."""
    return _profile(space, _curve(1.8 if space == "grey" else _SPACES[space][2]))


def _profile(space: str, curve: bytes) -> bytes:
    name = f"test {space}".encode("utf-16-be")
    text = b"mluc" + bytes(4) + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(name), 28) + name
    tags: dict[bytes, bytes] = {b"desc": text, b"cprt": text, b"wtpt": _xyz_tag(D50)}
    if space == "grey":
        tags[b"kTRC"] = curve
    else:
        for letter, column in zip((b"r", b"g", b"b"), matrix(space).T, strict=True):
            tags |= {letter + b"XYZ": _xyz_tag(column), letter + b"TRC": curve}
    return _assemble(tags, b"GRAY" if space == "grey" else b"RGB ")


def with_curve(space: str, samples: np.ndarray) -> bytes:
    """The profile of `space` with a sampled tone curve (values 0 … 1) instead of its own."""
    values = np.rint(samples * 65535).astype(">u2").tobytes()
    return _profile(space, b"curv" + bytes(4) + struct.pack(">I", len(samples)) + values)


def _xyz_tag(values: np.ndarray | tuple[float, ...]) -> bytes:
    return b"XYZ " + bytes(4) + b"".join(_s15f16(float(v)) for v in values)


def _assemble(tags: dict[bytes, bytes], colour_space: bytes) -> bytes:
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        table += struct.pack(">4sII", name, start + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    header = bytearray(128)
    struct.pack_into(
        ">I4sI4s4s4s", header, 0, start + len(body), bytes(4), 0x04300000, b"mntr", colour_space, b"XYZ "
    )
    struct.pack_into(">6H4s", header, 24, 2020, 1, 1, 0, 0, 0, b"acsp")
    header[68:80] = b"".join(map(_s15f16, D50))
    return bytes(header) + table + body


def convert(values: np.ndarray, source: str, target: str = "srgb") -> np.ndarray:
    """What 8-bit `values` (… x 3) of one space are in another, 8-bit, clipped to its gamut."""
    in_target = np.clip(_xyz_of(values, source) @ np.linalg.inv(matrix(target)).T, 0, 1)
    gamma = _SPACES[target][2]
    return np.rint(255 * (in_target ** (1 / gamma) if gamma else srgb_encode(in_target))).astype(np.uint8)


def lab_of(values: np.ndarray, space: str = "srgb") -> np.ndarray:
    """CIE L*a*b* under D50 of 8-bit values (… x 3) of `space`, as floats."""
    ratios = _xyz_of(values, space) / np.array(D50)
    bent = np.where(ratios > 216 / 24389, np.cbrt(ratios), (24389 / 27 * ratios + 16) / 116)
    x, y, z = np.moveaxis(bent, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def _xyz_of(values: np.ndarray, space: str) -> np.ndarray:
    gamma = _SPACES[space][2]
    encoded = values / 255.0
    return (encoded**gamma if gamma else _srgb_decode(encoded)) @ matrix(space).T


def _srgb_decode(values: np.ndarray) -> np.ndarray:
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def srgb_encode(values: np.ndarray) -> np.ndarray:
    """sRGB's curve: linear light 0 … 1 to encoded 0 … 1."""
    return np.where(values <= 0.0031308, values * 12.92, 1.055 * values ** (1 / 2.4) - 0.055)
