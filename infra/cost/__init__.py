"""What a gallery costs on AWS: what it uses in a month, and the bill of that."""
