"""The gallery on one machine: an embedded AWS, the edge, a sample album."""
