"""What an operator types. Each command is one file; how errors leave is decided in ``errors`` for all of them."""
