"""Opening of files: text, workbooks, records, features; with limits."""
