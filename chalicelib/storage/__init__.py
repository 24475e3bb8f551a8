"""Where things are kept: the only PynamoDB and S3."""
