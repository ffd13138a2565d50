"""Files: written whole or not at all, tables in every format, cells that no program runs as a formula."""
