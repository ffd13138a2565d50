"""Districts that a user adds: read, matched to our edges, divided, reported."""
