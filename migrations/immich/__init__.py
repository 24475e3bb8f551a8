"""An Immich library: what its database says, and what becomes of that here."""
