"""The simulated network's address book: which host names exist, and which ports stand behind theirs."""

import socket as stdlib
from collections.abc import Mapping
from typing import Any

import trio
from attrs import Factory, define

HOME = "127.0.0.1"


@define
class AddressBook(trio.abc.HostnameResolver):
    """A resolver of the registered names and of `localhost`. Every name is this machine; the ports tell hosts apart."""

    _names: dict[str, Mapping[int, int]] = Factory(lambda: {"localhost": {}})

    def register(self, name: str, ports: Mapping[int, int]) -> None:
        """Let a name be found; connections to one of these ports of it go to the port beside it."""
        self._names[name.lower()] = dict(ports)

    def forget(self, name: str) -> None:
        """Let a name not be found any more."""
        self._names.pop(name.lower(), None)

    async def getaddrinfo(  # noqa: PLR0917 - the signature is trio's
        self,
        host: bytes | None,
        port: bytes | str | int | None,
        family: int = 0,
        type: int = 0,
        proto: int = 0,
        flags: int = 0,
    ) -> list[Any]:
        await trio.lowlevel.checkpoint()
        name = host.decode("ascii").lower() if host is not None else "localhost"
        if name not in self._names or family not in (stdlib.AF_UNSPEC, stdlib.AF_INET):
            raise stdlib.gaierror(stdlib.EAI_NONAME, f"no host {name!r} on the simulated network: register it")
        number = int(port or 0)
        number = self._names[name].get(number, number)
        return [(stdlib.AF_INET, stdlib.SOCK_STREAM, stdlib.IPPROTO_TCP, "", (HOME, number))]

    async def getnameinfo(self, sockaddr: tuple[str, int] | tuple[str, int, int, int], flags: int) -> tuple[str, str]:
        await trio.lowlevel.checkpoint()
        return sockaddr[0], str(sockaddr[1])
