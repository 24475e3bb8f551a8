"""A database of the Gallery fork, on its way back to Immich."""
