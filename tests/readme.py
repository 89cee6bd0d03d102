"""The README's blocks that are copied from elsewhere. ``python -m tests.readme`` copies them anew."""

from pathlib import Path

REPOSITORY = Path(__file__).parent.parent
README = REPOSITORY / "README.md"
EXAMPLE = REPOSITORY / "examples" / "place_and_follow.py"


def between(text: str, name: str) -> str:
    """What stands between a block's two marks, which are in the text once each."""
    begin, end = (f"<!-- {name}: {word} -->\n" for word in ("begin", "end"))
    assert text.count(begin) == text.count(end) == 1, f"README.md needs one block {name}"
    return text.partition(begin)[2].partition(end)[0]


def fenced(code: str, language: str) -> str:
    """A block of code, as Markdown has it."""
    return f"```{language}\n{code.strip()}\n```\n"


def with_example(text: str) -> str:
    """The README with its example as the example's file has it; empty as long as there is no such file."""
    block = fenced(EXAMPLE.read_text(encoding="utf-8"), "python") if EXAMPLE.exists() else ""
    mark = "<!-- example: begin -->\n"
    return text.replace(mark + between(text, "example"), mark + block)


if __name__ == "__main__":
    README.write_text(with_example(README.read_text(encoding="utf-8")), encoding="utf-8")
