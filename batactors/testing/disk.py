"""A simulated disk for SQLite: what was written, what is safe, and what a crash leaves of the rest.

Everything that is written goes to the page cache at once, and to the disk itself when it is synced. A killed process
leaves the page cache; a power cut leaves what was synced, and of every other sector all, nothing or its first part.
That a file is there, and under which name, is safe at once: file systems with a journal of their own keep that order.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import count
from typing import Any

import apsw

from batactors.seams import SeededChance

SECTOR = 512
"""Bytes that are written whole or torn, and never touch their neighbours."""
_NUMBERS = count(1)
_SHARED, _RESERVED, _EXCLUSIVE = (
    apsw.SQLITE_LOCK_SHARED,
    apsw.SQLITE_LOCK_RESERVED,
    apsw.SQLITE_LOCK_EXCLUSIVE,
)


class _File:
    """One file, as the page cache has it and as the disk does."""

    def __init__(self) -> None:
        self.cache = bytearray()
        self.durable = bytearray()
        self.dirty: dict[int, None] = {}
        self.cut_to: int | None = None
        """The shortest that it was cut to since it was synced."""
        self.handles: list[_Handle] = []

    def write(self, data: bytes, offset: int) -> None:
        end = offset + len(data)
        if len(self.cache) < end:
            self.cache.extend(bytes(end - len(self.cache)))
        self.cache[offset:end] = data
        self.dirty.update(dict.fromkeys(range(offset // SECTOR, (end - 1) // SECTOR + 1)))

    def truncate(self, size: int) -> None:
        del self.cache[size:]
        self.cut_to = min(size, len(self.durable) if self.cut_to is None else self.cut_to)

    def sync(self) -> None:
        if self.cut_to is not None:
            del self.durable[self.cut_to :]
        for first, number in _stretches(self.dirty):
            self._keep(first, number * SECTOR)
        self.dirty.clear()
        self.cut_to = None

    def _keep(self, sector: int, size: int) -> None:
        begin = sector * SECTOR
        data = self.cache[begin : begin + size]
        if data:
            if len(self.durable) < begin + len(data):
                self.durable.extend(bytes(begin + len(data) - len(self.durable)))
            self.durable[begin : begin + len(data)] = data

    def ghost(self) -> "_File":
        """The same for those who are dead: what they write, nobody reads."""
        ghost = _File()
        ghost.cache = bytearray(self.cache)
        return ghost

    def forget(self) -> None:
        """What was not synced will never be, and nobody is told again: what a failed sync leaves."""
        self.dirty.clear()

    def lose_power(self, disk: "SimulatedDisk") -> None:
        draw = disk.chance
        if self.cut_to is not None and draw.random() < 0.5:
            del self.durable[self.cut_to :]
        for sector in sorted(self.dirty):
            fate = draw.random()
            if fate < 0.4:
                self._keep(sector, SECTOR)
            elif fate < 0.6:
                self._keep(sector, draw.randrange(1, SECTOR))
        self.dirty.clear()
        self.cut_to = None
        self.cache = bytearray(self.durable)


def _stretches(sectors: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Where sectors that follow one another begin, and how many those are: SQLite writes pages of eight."""
    first = after = -1
    for sector in sorted(sectors):
        if sector != after:
            if after > first:
                yield first, after - first
            first = sector
        after = sector + 1
    if after > first:
        yield first, after - first


class SimulatedDisk:
    """A disk for SQLite.

    Attributes:
        vfs: Its name for the process that lives now, as `SqliteJournal` takes it; the next process has another.
        room: Bytes by which files may still grow; `None` for any.
        failing_syncs: How many of the next syncs fail.
        read_only: Whether files can be opened for reading only, and none made.
        syncs: How many there were.
    """

    def __init__(self, seed: int | str = 0) -> None:
        self.room: int | None = None
        self.failing_syncs = 0
        self.read_only = False
        self.syncs = 0
        self.files: dict[str, _File] = {}
        self.chance = SeededChance(seed).generator("disk")
        self._entropy = SeededChance(seed).generator("sqlite")
        self._names = _Names(self)

    @property
    def vfs(self) -> str:
        return self._names.vfs

    def kill(self) -> None:
        """The process is gone, and its locks with it: nothing that it still does reaches the disk."""
        self.close()
        self._names = _Names(self)

    def close(self) -> None:
        """Close whatever is open on it, without a trace on it; then SQLite knows it no more."""
        self._names.die()
        for connection in apsw.connections():
            if connection.open_vfs == self.vfs:
                with suppress(apsw.Error):
                    connection.close(True)
        self._names.unregister()

    def cut_power(self) -> None:
        """The machine is gone: what was not synced is there, or not, or in part."""
        self.kill()
        for _, file in sorted(self.files.items()):
            file.lose_power(self)

    def read(self, name: str) -> bytes:
        """What the page cache has of a file."""
        return bytes(self.files[name].cache)

    def write(self, name: str, content: bytes) -> None:
        """Put this into a file, as somebody else would, and sync it."""
        file = self.files.setdefault(name, _File())
        file.cache, file.durable = bytearray(content), bytearray(content)
        file.dirty.clear()
        file.cut_to = None

    def seed(self) -> None:
        """Let what SQLite draws from now on follow from this disk's seed.

        It has one generator for the whole process, and asks the disk that is the default to seed it.
        """
        default = apsw.vfs_names()[0]
        apsw.set_default_vfs(self.vfs)
        try:
            apsw.randomness(0)
            apsw.randomness(1)
        finally:
            apsw.set_default_vfs(default)

    def entropy(self, size: int) -> bytes:
        """What SQLite seeds its generator with."""
        return self._entropy.randbytes(size)


class _Handle:
    """A file as one life of the process has it open."""

    def __init__(self, disk: SimulatedDisk, file: _File) -> None:
        self._disk: SimulatedDisk | None = disk
        self._file = file
        self.level = apsw.SQLITE_LOCK_NONE
        file.handles.append(self)

    def die(self, ghost: _File) -> None:
        """From now on nothing that is done with it is done to the disk."""
        self._disk, self._file = None, ghost

    def xRead(self, amount: int, offset: int) -> bytes:
        return bytes(self._file.cache[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:
        file, disk = self._file, self._disk
        grows = max(0, offset + len(data) - len(file.cache))
        if disk is not None and disk.read_only:
            raise apsw.ReadOnlyError("the disk is read-only")
        if disk is not None and disk.room is not None and grows:
            if grows > disk.room:
                raise apsw.FullError("the disk is full")
            disk.room -= grows
        file.write(bytes(data), offset)

    def xTruncate(self, newsize: int) -> None:
        self._file.truncate(newsize)

    def xSync(self, flags: int) -> None:
        if self._disk is not None:
            self._disk.syncs += 1
            if self._disk.failing_syncs:
                self._disk.failing_syncs -= 1
                self._file.forget()
                raise apsw.IOError("the disk could not write")
        self._file.sync()

    def xFileSize(self) -> int:
        return len(self._file.cache)

    def xLock(self, level: int) -> None:
        others = [handle.level for handle in self._file.handles if handle is not self]
        free = all(other < _RESERVED for other in others)
        if level == _SHARED:
            free = all(other <= _RESERVED for other in others)
        elif level == _EXCLUSIVE:
            free = all(other < _SHARED for other in others)
        if not free:
            raise apsw.BusyError("another has it")
        self.level = max(self.level, level)

    def xUnlock(self, level: int) -> None:
        self.level = min(self.level, level)

    def xCheckReservedLock(self) -> bool:
        return any(handle.level >= _RESERVED for handle in self._file.handles)

    def xFileControl(self, op: int, ptr: int) -> bool:
        return False

    def xSectorSize(self) -> int:
        return SECTOR

    def xDeviceCharacteristics(self) -> int:
        return apsw.SQLITE_IOCAP_POWERSAFE_OVERWRITE

    def xClose(self) -> None:
        self.level = apsw.SQLITE_LOCK_NONE
        if self in self._file.handles:
            self._file.handles.remove(self)


class _Names(apsw.VFS):
    """The names on the disk, as one life of the process has them."""

    def __init__(self, disk: SimulatedDisk) -> None:
        self.vfs = f"simulated-{next(_NUMBERS)}"
        self._disk = disk
        self._files = disk.files
        super().__init__(self.vfs, "")

    def die(self) -> None:
        """The process is gone: it has ghosts of all files from now on."""
        ghosts = {name: file.ghost() for name, file in self._files.items()}
        for name, file in self._files.items():
            for handle in file.handles:
                handle.die(ghosts[name])
            file.handles.clear()
        self._files = ghosts

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> Any:
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        disk, files = self._disk, self._files
        file = _File() if path is None else files.get(path)
        if file is None:
            if disk.read_only or not flags[0] & apsw.SQLITE_OPEN_CREATE:
                raise apsw.CantOpenError(f"there is no {path}")
            file = files[str(path)] = _File()
        flags[1] = flags[0]
        if disk.read_only:
            flags[1] = flags[0] & ~(apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE) | apsw.SQLITE_OPEN_READONLY
        return _Handle(disk, file)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        self._files.pop(filename, None)

    def xAccess(self, pathname: str, flags: int) -> bool:
        return pathname in self._files

    def xFullPathname(self, name: str) -> str:
        return name

    def xRandomness(self, numbytes: int) -> bytes:
        return self._disk.entropy(numbytes)
