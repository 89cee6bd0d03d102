"""Times as Kraken Futures writes them: RFC 3339 over REST, milliseconds since 1970 on the socket and in the history."""

from batactors.venues.kraken_v2.times import from_text as from_text  # noqa: PLC0414 - the same in all that is Kraken's
from batactors.venues.kraken_v2.times import to_text as to_text  # noqa: PLC0414
from batactors.venues.milliseconds import from_ms as from_ms  # noqa: PLC0414
from batactors.venues.milliseconds import to_ms as to_ms  # noqa: PLC0414
