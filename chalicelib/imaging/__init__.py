"""Bytes in, bytes out: what a file is, what it says about itself, and its picture."""
