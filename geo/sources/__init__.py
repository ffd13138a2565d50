"""Readers, one module a source; each gives rows in our columns and the untouched source rows."""
