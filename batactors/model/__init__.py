"""The words: frozen values that every other floor speaks in. Nothing here decides, waits or knows a venue."""
