"""Questions put to events: where, which side, how far, how many."""
