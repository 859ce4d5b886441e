"""What a side is asked to do: outputs and encoder settings, said once for all sides."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, Self

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Encoding:
    """One encoder's settings, in the words of each library that is given them."""

    format: str
    quality: int | None = None
    vips: Json = field(default_factory=dict)  # arguments of libvips' saver
    sharp: Json = field(default_factory=dict)  # options of sharp's method of the format's name

    @classmethod
    def jpeg(cls, quality: int) -> Self:
        """Huffman tables made for the picture, colour at half resolution."""
        return cls(
            format="jpeg",
            quality=quality,
            vips={"Q": quality, "optimize_coding": True},
            sharp={"quality": quality, "optimiseCoding": True, "chromaSubsampling": "4:2:0"},
        )

    @classmethod
    def webp(cls, quality: int, *, effort: int) -> Self:
        settings = {"effort": effort}
        return cls(
            format="webp",
            quality=quality,
            vips={"Q": quality, **settings},
            sharp={"quality": quality, **settings},
        )

    @classmethod
    def png(cls, *, level: int) -> Self:
        """Deflated without a row filter: the one setting besides "try them all" that sharp offers."""
        return cls(
            format="png",
            vips={"compression": level, "filter": "none"},
            sharp={"compressionLevel": level, "adaptiveFiltering": False},
        )


@dataclass(frozen=True, kw_only=True)
class Output:
    """One picture to make, never enlarged; no size: as it is.

    `inside` fits it into width × height px, `fill` distorts it to exactly that, `cover` cuts off what
    is beyond, at `position`.
    """

    name: str
    encoding: Encoding
    width: int | None = None
    height: int | None = None
    fit: Literal["inside", "fill", "cover"] = "inside"
    position: Literal["centre", "attention"] = "centre"

    def within(self, width: int, height: int) -> tuple[int, int]:
        """The size in px that this output has when made from width × height px."""
        if self.fit != "inside" and self.width and self.height:
            return self.width, self.height
        return _scaled(width, height, min(self._scales(width, height)))

    def before_crop(self, width: int, height: int) -> tuple[int, int]:
        """The size in px of the whole picture from which `cover` cuts; for the others, `within`."""
        if self.fit != "cover":
            return self.within(width, height)
        return _scaled(width, height, max(self._scales(width, height)))

    def _scales(self, width: int, height: int) -> tuple[float, float]:
        return min(1.0, (self.width or width) / width), min(1.0, (self.height or height) / height)


def _scaled(width: int, height: int, scale: float) -> tuple[int, int]:
    return round(width * scale), round(height * scale)


@dataclass(frozen=True, kw_only=True)
class Job:
    """Read each source, make what `task` says of it, and write it to `keep` if that is given.

    `task` is the word a side knows the work by: a guide's name for Pillow, `outputs` or the name of a
    shipped recipe for Safelight, a way to write it for sharp. Sides that are told the outputs get them.
    """

    task: str
    sources: tuple[Path, ...]
    outputs: tuple[Output, ...] = ()
    keep: Path | None = None

    def to_json(self) -> Json:
        return {
            "task": self.task,
            "sources": [{"name": source.stem, "path": str(source)} for source in self.sources],
            "outputs": [asdict(output) for output in self.outputs],
            "keep": str(self.keep) if self.keep else None,
        }

    @classmethod
    def from_json(cls, job: Json) -> Self:
        outputs = [
            Output(**{**fields, "encoding": Encoding(**fields["encoding"])}) for fields in job["outputs"]
        ]
        return cls(
            task=job["task"],
            sources=tuple(Path(source["path"]) for source in job["sources"]),
            outputs=tuple(outputs),
            keep=Path(job["keep"]) if job["keep"] else None,
        )


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of a job. `bytes` are those of all outputs of one name together."""

    cpu_s: float  # user + system, every thread
    wall_s: float
    bytes: dict[str, int]
    peaks: dict[str, int] = field(default_factory=dict)  # most resident memory so far, bytes, by process

    @property
    def total_bytes(self) -> int:
        return sum(self.bytes.values())
