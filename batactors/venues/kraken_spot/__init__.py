"""Kraken Spot: REST and WebSocket v2. The facts it rests on are in the venue's sheet; section numbers refer to it."""
