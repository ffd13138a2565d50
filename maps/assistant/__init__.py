"""Answers for assistants: each with how sure it is, its sources, and what it refuses."""
