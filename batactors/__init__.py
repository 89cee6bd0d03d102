"""An order-execution engine on trio that tells the truth about every order."""
