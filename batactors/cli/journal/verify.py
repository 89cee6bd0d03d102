"""``batactors journal verify``: whether a journal is sound, and if not, where not, and what that would lose."""

import json
from typing import Annotated

from attrs import asdict
from cyclopts import Parameter
from rich.table import Table
from rich.text import Text

from batactors.cli.journal.progress import bar, console
from batactors.journal import verifying
from batactors.journal.complaints import naming
from batactors.journal.copying import copied

DAMAGED = 1


def verify(file: str, /, *, as_json: Annotated[bool, Parameter(name="--json", negative="")] = False) -> int:
    """Look at every page and every row of a journal. Exit status 1 if anything is damaged.

    Args:
        file: The journal. An engine may have it: what is looked at is a copy, as of this moment.
        as_json: Print one JSON object.
    """
    with bar("copying") as told, copied(file, told) as copy, bar("looking at every row") as told, naming(file):
        verdict = verifying.verify(copy, told)
    if as_json:
        findings = [asdict(finding) for finding in verdict.findings]
        print(
            json.dumps(
                {"file": file, "sound": not findings, "starts": verdict.opens, "entries": verdict.entries,
                 "findings": findings}
            )
        )  # fmt: skip
    else:
        _print(file, verdict)
    return DAMAGED if verdict.findings else 0


def _print(file: str, verdict: verifying.Verdict) -> None:
    screen = console()
    if not verdict.findings:
        screen.print(Text(f"{file} is sound: {verdict.entries} entries, each as it was written."), soft_wrap=True)
        return
    table = Table("where", "byte", "what is wrong", "what is lost with it", box=None, padding=(0, 2, 0, 0))
    for one in verdict.findings:
        table.add_row(*(Text(word, overflow="fold") for word in (
            one.where, "" if one.offset is None else str(one.offset), one.what, one.loses
        )))  # fmt: skip
    screen.print(table)
    if verdict.opens:
        told = "Only the end is damaged: the next start cuts it off, keeps a copy beside the file, and says so."
    else:
        told = (
            "An engine may refuse to start on it. Put back a copy; or save what can be read with "
            "`batactors journal export`, and move the file and its -wal away to start with an empty journal: whatever "
            "is open at the venue is then taken for somebody else's, so cancel it there first."
        )
    screen.print(Text(f"{file} is DAMAGED. {told}", style="bold red"), soft_wrap=True)
