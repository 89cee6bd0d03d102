"""Kraken Futures by the Unified WebSocket, the successor of REST v3 and WebSocket v1.

It speaks ``kraken_v2`` with an ``asset_class``. Section numbers refer to the sheet of Kraken Futures where nothing else
is said; "documented" is what the venue's own pages of the Unified WebSocket say. Nothing was tried at the venue.
"""
