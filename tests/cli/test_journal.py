"""``batactors journal``: what it shows, and that it finds and names damage, beside an engine or after it."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import apsw
import pytest

from batactors.cli.main import run
from batactors.journal.copying import copied
from batactors.testing import run_in_virtual_time
from tests.journal.bench import bytes_of, keep, open_on, rows, write
from tests.journal.entries import Life, cancel_all, report


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A journal with an order that has ended, and one that has not."""
    path = tmp_path / "kraken.journal"
    done, opened = Life("done"), Life("open")
    working, fills = opened.working(), [opened.filled() for _ in range(300)]
    run_in_virtual_time(keep, path, done.whole(), working, [report(1)], fills, [cancel_all("all")])
    return path


def told(capsys: pytest.CaptureFixture[str], *tokens: object) -> tuple[int, str, str]:
    """The status of a command, and what it printed."""
    status = run(["journal", *map(str, tokens)])
    said = capsys.readouterr()
    return status, said.out, said.err


def parsed(text: str) -> Any:
    return json.loads(text, parse_float=Decimal)


def test_show_says_whose_it_is_and_what_is_open(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In words and as JSON: account, venue, counts, and each open order and command."""
    status, out, _ = told(capsys, "show", path, "--json")
    found = parsed(out)
    assert status == 0
    assert (found["account"], found["venue"], found["held now"]) == ("kraken", "kraken-spot", False)
    assert found["counts"] == {
        "orders": 2, "open orders": 1, "commands": 3, "open commands": 1, "events": 306, "steps": 4, "reports": 1,
        "ids of dropped orders": 0,
    }  # fmt: skip
    assert found["open orders"] == [
        {"client_order_id": "order-open", "venue_order_ids": ["V-open"], "state": "partially_filled"}
    ]
    assert found["open commands"] == [{"command_id": "all", "kind": "CancelAll"}]
    status, out, _ = told(capsys, "show", path)
    assert all(word in out for word in ("kraken-spot", "order-open", "partially_filled", "CancelAll", "306"))


def test_show_tells_all_about_one_order(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its command, its events and its steps, in the order in which they were written; an unknown id is an error."""
    status, out, _ = told(capsys, "show", path, "--order", "order-done", "--json")
    kinds = [parsed(line)["kind"] for line in out.splitlines()]
    assert (status, kinds) == (0, [
        "CreateOrder", "OrderSubmitted", "Sent", "OrderAccepted", "Resolved", "OrderFilled", "OrderCanceled"
    ])  # fmt: skip
    status, out, _ = told(capsys, "show", path, "--order", "order-done")
    assert "buy 0.50 BTC/USD limit @ 50000" in out
    status, _, err = told(capsys, "show", path, "--order", "nobody")
    assert status == 2
    assert "there is no order 'nobody' in it" in err


def test_tail_prints_the_last_entries(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As many as are asked for, oldest first, of all kinds."""
    status, out, err = told(capsys, "tail", path, "--count", 2)
    lines = out.splitlines()
    assert (status, err, len(lines)) == (0, "", 3)
    assert "OrderFilled" in lines[1] and "0.1 @ 49999.9" in lines[1]  # noqa: PT018
    assert "CancelAll" in lines[2]
    _, out, _ = told(capsys, "tail", path, "--json")
    assert [parsed(line)["position"] for line in out.splitlines()] == list(range(295, 315))
    assert told(capsys, "tail", path, "--count", 0)[0] == 2


def test_export_gives_every_entry_in_order(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line of JSON each, as it was written; into a new file if one is named."""
    status, out, err = told(capsys, "export", path)
    entries = [parsed(line) for line in out.splitlines()]
    assert (status, err) == (0, "")
    assert [one["position"] for one in entries] == list(range(1, 315))
    assert entries[0]["entry"]["command"]["quantity"] == "0.50"
    output = tmp_path / "all.jsonl"
    assert told(capsys, "export", path, "--output", output)[:2] == (0, "")
    assert bytes_of(output).decode() == out
    status, _, err = told(capsys, "export", path, "--output", output)
    assert status == 2
    assert "which is there" in err


def test_all_of_it_works_beside_an_engine(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A journal that is held and written to is looked at as it is now, its log included, and is not disturbed."""

    async def main() -> None:
        journal = open_on(path)
        life = Life("late")
        await journal.append(life.working())
        before = bytes_of(path), bytes_of(Path(f"{path}-wal"))
        found = parsed(told(capsys, "show", path, "--json")[1])
        assert found["held now"] is True
        assert found["counts"]["open orders"] == 2
        assert found["bytes of its log"] == len(before[1]) > 0
        assert told(capsys, "verify", path)[0] == 0
        assert "order-late" in told(capsys, "tail", path)[1]
        assert len(told(capsys, "export", path)[1].splitlines()) == 319
        assert (bytes_of(path), bytes_of(Path(f"{path}-wal"))) == before
        await journal.append([life.filled()])
        await journal.close()

    run_in_virtual_time(main)


def test_a_copy_is_taken_again_when_the_log_was_begun_anew(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that moves its log into the file while it is copied would leave a copy of two moments."""

    async def main() -> None:
        journal = open_on(path)
        life = Life("late")
        await journal.append(life.working())
        taken = 0

        def meanwhile(done: int, total: int) -> None:
            nonlocal taken
            if done < total:
                return
            taken += 1
            if taken == 1:
                opened = journal._opened
                assert opened is not None
                opened.connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchall()
                opened.writer.append([life.filled()])

        with copied(str(path), meanwhile) as copy:
            assert taken == 2
            ((count,),) = copy.connection.execute(
                "SELECT count(*) FROM events JOIN orders ON number = \"order\" WHERE client_order_id = 'order-late'"
            ).fetchall()
            assert count == 3
        await journal.close()

    run_in_virtual_time(main)


@pytest.mark.parametrize("command", ["show", "tail", "verify", "export"])
def test_what_is_no_journal_is_said(tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One line, status 2: no file, a text, somebody's database."""
    path = tmp_path / "a"
    assert told(capsys, command, path) == (2, "", f"error: {path}: there is no such file\n")
    write(path, b"dear diary\n" * 100)
    status, _, err = told(capsys, command, path)
    assert (status, err.count("\n")) == (2, 1)
    assert "no journal of batactors" in err
    write(path, b"")
    rows(path, "CREATE TABLE diary (line)")
    assert "no journal of batactors" in told(capsys, command, path)[2]


# Damage.


def verified(capsys: pytest.CaptureFixture[str], path: Path) -> Any:
    """What verify finds, and that its status and its words say so too."""
    status, out, _ = told(capsys, "verify", path, "--json")
    found = parsed(out)
    assert status == (0 if found["sound"] else 1)
    status, out, _ = told(capsys, "verify", path)
    assert ("is sound" in out) is found["sound"]
    assert ("DAMAGED" in out) is not found["sound"]
    return found


def test_a_sound_journal_is_said_to_be_sound(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With how many entries were looked at."""
    assert verified(capsys, path) == {
        "file": str(path), "sound": True, "starts": True, "entries": 314, "findings": []
    }  # fmt: skip


def test_a_changed_row_is_named_with_what_it_loses(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the middle: an engine would refuse it. The export says which row, and gives all others."""
    rows(path, "UPDATE events SET payload = replace(payload, '49999.9', '49999.8') WHERE sequence = 200")
    found = verified(capsys, path)
    (finding,) = found["findings"]
    assert (finding["where"], finding["tail"], found["starts"]) == ("table events, row 211", False, False)
    assert "checksum" in finding["what"]
    assert finding["loses"] == "OrderFilled, an event of an order that was told (order/number 2/200)"
    status, out, err = told(capsys, "export", path)
    lines = [parsed(line) for line in out.splitlines()]
    assert (status, len(lines)) == (1, 314)
    assert [line["position"] for line in lines if "damaged" in line] == [211]
    assert "1 damaged rows" in err


def test_a_changed_last_row_is_said_to_be_cut(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The next start does that by itself, with a copy."""
    rows(path, "UPDATE commands SET payload = replace(payload, 'auto', 'rest') WHERE command_id = 'all'")
    found = verified(capsys, path)
    assert [finding["tail"] for finding in found["findings"]] == [True]
    assert found["starts"] is True
    status, out, _ = told(capsys, "tail", path)
    assert status == 1
    assert "DAMAGED" in out


def test_missing_and_stray_rows_are_named(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each row by itself is as it was written, and together they are not."""
    rows(path, "DELETE FROM events WHERE sequence IN (100, 101)")
    rows(path, "DELETE FROM commands WHERE command_id = 'command-done'")
    rows(path, "UPDATE orders SET settled = 7 WHERE client_order_id = 'order-open'")
    texts = [f"{one['where']}: {one['what']}" for one in verified(capsys, path)["findings"]]
    assert texts == [
        "table events: order order-open has 300 events, and the last has the number 302",
        "table steps: 2 rows belong to nothing",
        "table orders: order-open is noted as open or ended, and its entries say otherwise",
    ]


def test_a_spoilt_page_is_named_with_its_place(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And the rows that can be read around it are still exported."""
    connection = apsw.Connection(str(path))
    ((root,),) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'events'").fetchall()
    connection.close()
    content = bytearray(bytes_of(path))
    begin = content.index(b'"fill_id":"F-150"') // 4096 * 4096
    content[begin : begin + 200] = b"\xff" * 200
    write(path, bytes(content))
    found = verified(capsys, path)
    assert root
    assert begin in [finding["offset"] for finding in found["findings"]]
    assert any("rows cannot be read on" in finding["what"] for finding in found["findings"])
    status, out, err = told(capsys, "export", path)
    assert status == 1
    assert 280 < len(out.splitlines()) < 314
    assert "table events cannot be read after row" in err


@pytest.mark.parametrize("keep_bytes", [0.1, 0.5, 0.9])
def test_a_file_that_ends_too_soon_is_damaged(
    path: Path, keep_bytes: float, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wherever it ends: that is said, and never taken for a short journal."""
    content = bytes_of(path)
    write(path, content[: int(keep_bytes * len(content))])
    status, out, err = told(capsys, "verify", path)
    assert status in (1, 2)
    assert "damaged" in (out + err).lower()


def test_a_damaged_log_is_named_with_its_place(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In its middle, later commits would be lost, which is said with their number."""

    async def main() -> None:
        journal = open_on(path, sync="full")
        life = Life("late")
        for entry in life.working():
            await journal.append([entry])
        log = Path(f"{path}-wal")
        content = bytearray(bytes_of(log))
        content[32 + 24 + 50] ^= 1
        write(log, bytes(content))
        (finding,) = parsed(told(capsys, "verify", path, "--json")[1])["findings"]
        assert (finding["where"], finding["offset"], finding["tail"]) == (str(log), 32, False)
        assert finding["loses"].startswith("5 commits after it")
        content[32 + 24 + 50] ^= 1
        write(log, bytes(content))
        await journal.close()

    run_in_virtual_time(main)
