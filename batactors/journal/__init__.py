"""The memory: what was promised and what was told, kept so that it can be told again."""
