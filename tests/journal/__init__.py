"""The journal: its codec, its stores, what can happen to its file, and how it is looked at."""
