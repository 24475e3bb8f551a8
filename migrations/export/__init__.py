"""Leaving with everything: what lies where, its sidecars, its manifest, and the check."""
