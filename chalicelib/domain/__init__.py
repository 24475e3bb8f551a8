"""The nouns of the gallery: pure, without I/O."""
