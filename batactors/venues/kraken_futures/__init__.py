"""Kraken Futures: REST v3, WebSocket v1 and their successor. Section numbers refer to the venue's sheet."""
