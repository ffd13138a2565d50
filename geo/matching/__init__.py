"""The same event in two tables: weights, decisions, merging with a way back."""
