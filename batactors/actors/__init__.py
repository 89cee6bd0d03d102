"""The doers: tasks with a state of their own, that wait on sockets, timers and mailboxes. They hold no rules."""
