"""Names of places and units, resolved here and nowhere else."""
