"""The gallery itself: what its Lambdas run."""
