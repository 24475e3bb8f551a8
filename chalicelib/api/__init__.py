"""The only JSON and HTTP."""
