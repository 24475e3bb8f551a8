"""Command lines that work on a gallery; never in a Lambda zip."""
