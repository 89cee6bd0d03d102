"""What every simulated venue is made of, whatever its protocol: a ledger, a matching engine, sockets, and an agenda."""
