"""What every answer over REST is wrapped in (section 2): errors come with HTTP status 200."""

from attrs import frozen
from msgspec import Raw
from msgspec.json import Decoder

from batactors.venues.kraken_v2.rows import NOTHING


@frozen
class Envelope:
    """The errors are an array, and there is a result only if none of them is one."""

    error: list[str]
    result: Raw = NOTHING

    @property
    def errors(self) -> list[str]:
        """Without the warnings among them, which begin with a W."""
        return [text for text in self.error if not text.startswith("W")]


ENVELOPE = Decoder(Envelope)
