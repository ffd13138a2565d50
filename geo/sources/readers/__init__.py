"""One module a source: rows in our columns, and the untouched rows of the file."""
