"""The parts of the boundary build; ``tools/build_boundaries.py`` runs them in order."""
