"""A gallery in somebody's AWS account: what stands, what changes, who may come in."""
