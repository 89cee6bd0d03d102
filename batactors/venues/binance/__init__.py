"""Binance USD-M futures: REST, WebSocket API and user data. Section numbers refer to the venue's fact sheet."""
