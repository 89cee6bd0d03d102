"""Keys, held so that no repr, log or error can show them."""

from attrs import field, frozen


@frozen(kw_only=True)
class Credentials:
    """An API key and its secret; neither appears in a repr."""

    api_key: str = field(repr=False)
    api_secret: str = field(repr=False)
