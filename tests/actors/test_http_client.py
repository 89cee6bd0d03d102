"""One host's HTTP: what goes out is what was signed, and what comes in is whole."""

import gzip
import logging
from collections.abc import Callable
from functools import partial

import httpx2
import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st

from batactors.actors.addresses import Addresses
from batactors.actors.http_client import HTTP_ERRORS, NOT_CONNECTED, HttpAnswer, HttpClient
from batactors.testing import SimulatedNetwork

QUESTION = ("GET", "/orders?symbol=A%2FB&signature=5ecre7", {"API-Key": "KEY"}, b"")
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Used: 1\r\nX-Used: 2\r\n\r\n{}"
PATHS = st.text(alphabet=st.sampled_from("aZ0-._~%2F?&=:,+/#[] \"'<{|\\é;@!$*()"), max_size=12)


async def host(answer: bytes, heard: list[bytes], task_status: trio.TaskStatus[str]) -> None:
    """Answer everything that comes in one piece with this, and hang up if that is not a whole answer."""

    async def serve(stream: trio.SocketStream) -> None:
        heard.append(b"")  # one for each connection
        async for data in stream:
            heard[-1] += data
            await stream.send_all(answer)
            if answer == ANSWER[: len(answer)] != ANSWER:
                return

    async with trio.open_nursery() as nursery:
        listeners = await nursery.start(partial(trio.serve_tcp, serve, 0, host="127.0.0.1"))
        task_status.started(f"http://127.0.0.1:{listeners[0].socket.getsockname()[1]}/above/")


async def asked(
    ready: tuple[str, str, dict[str, str], bytes],
    heard: list[bytes],
    *,
    answer: bytes = ANSWER,
    times: int = 1,
    pause: float = 0.0,
) -> HttpAnswer:
    """What a host answers to a request, and in `heard` what it got."""
    async with trio.open_nursery() as nursery:
        url = await nursery.start(host, answer, heard)
        async with HttpClient(url) as client:
            for _ in range(times):
                found = await client.request(*ready)
                await trio.sleep(pause)
        nursery.cancel_scope.cancel()
    return found


@given(PATHS)
def test_an_address_is_what_the_library_would_make_of_it(path: str) -> None:
    """What is signed goes out as it is; what no address may hold is written as the library writes it, or refused."""

    def of(read: Callable[[str], bytes]) -> bytes | type[Exception]:
        try:
            return read(path)
        except httpx2.InvalidURL:
            return httpx2.InvalidURL

    root = "https://venue:8443/v1"
    assert of(lambda path: Addresses(f"{root}/").whole(path).target) == of(
        lambda path: httpx2.URL(f"{root}/{path.lstrip('/')}").raw_path
    )


async def test_a_request_goes_out_as_it_was_signed(network: SimulatedNetwork) -> None:
    """Its path and its headers are untouched, below the root of the host; a question has no body, and names none."""
    heard: list[bytes] = []
    await asked(QUESTION, heard)
    head = heard[0].split(b"\r\n")
    assert head[0] == b"GET /above/orders?symbol=A%2FB&signature=5ecre7 HTTP/1.1"
    assert head[1].startswith(b"Host: 127.0.0.1:")
    assert b"API-Key: KEY" in head
    assert b"content-length" not in heard[0].lower()


@pytest.mark.parametrize("body", [b"", b"nonce=1&pair=A"])
async def test_a_write_says_how_long_its_body_is(network: SimulatedNetwork, body: bytes) -> None:
    """Also where it has none: some hosts refuse a POST that does not say so."""
    heard: list[bytes] = []
    await asked(("POST", "/0/AddOrder", {}, body), heard)
    head, _, sent = heard[0].partition(b"\r\n\r\n")
    assert f"content-length: {len(body)}" in head.decode().lower().split("\r\n")
    assert sent == body


async def test_the_headers_of_an_answer_are_read_by_small_letters(network: SimulatedNetwork) -> None:
    """A header that is there twice has both its values, as HTTP says."""
    found = await asked(QUESTION, [])
    assert found == HttpAnswer(status_code=200, headers={"content-length": "2", "x-used": "1, 2"}, content=b"{}")


async def test_compressed_answers_are_read(network: SimulatedNetwork) -> None:
    """They are asked for, and arrive as what was compressed; one that is spoilt is an error of the request's."""
    packed, heard = gzip.compress(b'{"orders":[]}', mtime=0), list[bytes]()
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    assert (await asked(QUESTION, heard, answer=head + packed)).content == b'{"orders":[]}'
    assert b"accept-encoding: gzip" in heard[0].lower()
    with pytest.RaisesGroup(pytest.RaisesExc(HTTP_ERRORS)):
        await asked(QUESTION, [], answer=head + bytes(len(packed)))


@pytest.mark.parametrize(("pause", "connections"), [(4.0, 1), (6.0, 3)])
async def test_connections_are_kept_for_a_while(network: SimulatedNetwork, pause: float, connections: int) -> None:
    """The next request within five seconds uses the connection of the last; later than that it makes its own."""
    heard: list[bytes] = []
    await asked(QUESTION, heard, times=3, pause=pause)
    assert len(heard) == connections


async def test_where_nobody_listens_nothing_was_sent(network: SimulatedNetwork) -> None:
    """That there was no connection is told apart from one that broke: only then is it sure that nothing left."""
    async with HttpClient("http://127.0.0.1:9") as client:
        with pytest.raises(HTTP_ERRORS) as refused:
            await client.request(*QUESTION)
        assert isinstance(refused.value, NOT_CONNECTED)
    for half in (b"", ANSWER[:-1]):
        with pytest.RaisesGroup(
            pytest.RaisesExc(HTTP_ERRORS, check=lambda error: not isinstance(error, NOT_CONNECTED))
        ):
            await asked(QUESTION, [], answer=half)


async def test_no_log_line_has_a_signature(network: SimulatedNetwork, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing on the way of a request writes its address down, whatever level is logged."""
    caplog.set_level(logging.DEBUG)
    await asked(QUESTION, [])
    assert "5ecre7" not in caplog.text
