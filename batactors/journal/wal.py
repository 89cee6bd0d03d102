"""SQLite's write-ahead log, looked at from outside: what in it SQLite would leave out without a word.

SQLite takes a log for as long as its checksums are right, and whatever comes after that for never written. After a
crash that is just so. After damage it would silently lose what was told. The format is that of
https://sqlite.org/fileformat2.html, section 4.
"""

import struct

import apsw
from attrs import frozen

from batactors.journal.raw import exists, opened

HEADER, FRAME = 32, 24
_MAGIC = (0x377F0682, 0x377F0683)


@frozen(kw_only=True)
class Leftovers:
    """What is in a log beyond what SQLite takes.

    Attributes:
        frames: Written pages, complete or not.
        commits: How many commits these end.
        offset: Where they begin, in bytes.
        header: Whether the log's own header cannot be read, so that SQLite takes nothing of it.
    """

    frames: int = 0
    commits: int = 0
    offset: int = HEADER
    header: bool = False


def leftovers(file: str, vfs: str | None, taken: int) -> Leftovers:
    """Look at the log of a database.

    Args:
        file: The database.
        vfs: Its disk.
        taken: How many frames SQLite has found good.
    """
    log = f"{file}-wal"
    if not exists(log, vfs):
        return Leftovers()
    with opened(log, vfs) as raw:
        size = raw.xFileSize()
        if size < HEADER + FRAME:
            return Leftovers()
        header = raw.xRead(HEADER, 0)
        if not _is_good(header):
            return _without_header(raw, size, file, vfs)
        page = struct.unpack(">I", header[8:12])[0]
        return _after(raw, size, page, header[16:24], taken)


def _is_good(header: bytes) -> bool:
    """Whether SQLite would take it: magic, version, page size and checksum."""
    magic, version, page = struct.unpack(">III", header[:12])
    if magic not in _MAGIC or version != 3007000 or page not in (1 << bits for bits in range(9, 17)):
        return False
    return _checksum(header[:24], big=magic == _MAGIC[1]) == struct.unpack(">II", header[24:32])


def _checksum(data: bytes, *, big: bool) -> tuple[int, int]:
    words = struct.unpack(f"{'>' if big else '<'}{len(data) // 4}I", data)
    one = two = 0
    for first, second in zip(words[::2], words[1::2], strict=True):
        one = (one + first + two) & 0xFFFFFFFF
        two = (two + second + one) & 0xFFFFFFFF
    return one, two


def _after(raw: apsw.VFSFile, size: int, page: int, salts: bytes, taken: int) -> Leftovers:
    """Frames of the same round of the log that come after the good ones; those of older rounds have other salts."""
    frames = commits = 0
    begin = HEADER + taken * (FRAME + page)
    # A frame that the file ends in the middle of was being written when its process was killed: nobody was told of it.
    for offset in range(begin, size - FRAME - page + 1, FRAME + page):
        head = raw.xRead(FRAME, offset)
        if head[8:16] == salts:
            frames += 1
            commits += head[4:8] != bytes(4)
    return Leftovers(frames=frames, commits=commits, offset=begin)


def _without_header(raw: apsw.VFSFile, size: int, file: str, vfs: str | None) -> Leftovers:
    """A header that was being written when the power went takes nothing along: all was in the database by then."""
    with opened(file, vfs) as database:
        page = struct.unpack(">H", database.xRead(18, 0)[16:18])[0]
        page = 65_536 if page == 1 else page
        if page < 512:
            return Leftovers(header=True, frames=1, commits=1)
        salts = raw.xRead(HEADER + FRAME, 0)[HEADER + 8 : HEADER + 16]
        pages: dict[int, int] = {}
        committed: dict[int, int] = {}
        commits = 0
        for offset in range(HEADER, size - FRAME - page + 1, FRAME + page):
            head = raw.xRead(FRAME, offset)
            if head[8:16] != salts:
                break
            pages[struct.unpack(">I", head[:4])[0]] = offset + FRAME
            if head[4:8] != bytes(4):
                commits += 1
                committed.update(pages)
                pages.clear()
        there = database.xFileSize()
        for number, offset in committed.items():
            place = (number - 1) * page
            if number < 1 or place + page > there or database.xRead(page, place) != raw.xRead(page, offset):
                return Leftovers(header=True, frames=len(committed), commits=max(commits, 1))
    return Leftovers()
