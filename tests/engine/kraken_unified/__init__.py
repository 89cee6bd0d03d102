"""The engine on Kraken Futures by the Unified WebSocket."""
