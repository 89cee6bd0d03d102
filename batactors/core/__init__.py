"""The rules: what facts mean for orders and commands. Pure and synchronous; no clock, no I/O, no venue."""
