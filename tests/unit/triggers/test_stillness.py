"""A file is taken for whole once it has looked the same for a while."""

from __future__ import annotations

from safelight.triggers.stillness import Facts, Kind, Stillness

GONE = Facts(kind=Kind.MISSING)


def file(size: int, modified: int = 1) -> Facts:
    return Facts(kind=Kind.FILE, size=size, modified_ns=modified)


class Disk(dict[str, Facts]):
    """What `look` sees."""

    def look(self, key: str) -> Facts:
        return self.get(key, GONE)


def test_a_file_settles_after_its_last_change_and_once() -> None:
    disk = Disk(a=file(5))
    stillness = Stillness(2.0, disk.look)
    stillness.touch("a", now=10.0)
    assert list(stillness.still(now=11.9)) == []
    assert list(stillness.still(now=12.0)) == [("a", Kind.FILE)]
    assert list(stillness.still(now=99.0)) == []


def test_each_change_begins_the_time_anew() -> None:
    disk = Disk(a=file(5))
    stillness = Stillness(2.0, disk.look)
    for second in range(10):
        disk["a"] = file(second, modified=second)
        stillness.touch("a", now=float(second))
        assert list(stillness.still(now=second + 0.9)) == []
    assert list(stillness.still(now=11.0)) == [("a", Kind.FILE)]


def test_growth_without_an_event_is_seen() -> None:
    disk = Disk(a=file(5))
    stillness = Stillness(2.0, disk.look)
    stillness.touch("a", now=0.0)
    disk["a"] = file(6)
    assert list(stillness.still(now=2.0)) == []
    assert list(stillness.still(now=3.9)) == []
    assert list(stillness.still(now=4.0)) == [("a", Kind.FILE)]


def test_a_new_modification_time_alone_is_a_change() -> None:
    disk = Disk(a=file(5, modified=1))
    stillness = Stillness(2.0, disk.look)
    stillness.touch("a", now=0.0)
    disk["a"] = file(5, modified=2)
    assert list(stillness.still(now=2.0)) == []


def test_what_is_gone_settles_too() -> None:
    disk = Disk()
    stillness = Stillness(2.0, disk.look)
    stillness.touch("a", now=0.0)
    assert list(stillness.still(now=2.0)) == [("a", Kind.MISSING)]


def test_a_file_that_is_replaced_by_way_of_deleting_it_is_only_a_change() -> None:
    disk = Disk()
    stillness = Stillness(2.0, disk.look)
    stillness.touch("a", now=0.0)
    disk["a"] = file(7)
    stillness.touch("a", now=0.1)
    assert list(stillness.still(now=2.2)) == [("a", Kind.FILE)]


def test_files_settle_independently() -> None:
    disk = Disk(a=file(1), b=file(2))
    stillness = Stillness(2.0, disk.look)
    stillness.touch("a", now=0.0)
    stillness.touch("b", now=1.0)
    assert list(stillness.still(now=2.0)) == [("a", Kind.FILE)]
    assert list(stillness.still(now=3.0)) == [("b", Kind.FILE)]


def test_what_is_forgotten_never_settles() -> None:
    stillness = Stillness(2.0, Disk(a=file(1)).look)
    stillness.touch("a", now=0.0)
    stillness.forget_all()
    assert list(stillness.still(now=9.0)) == []
