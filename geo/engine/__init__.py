"""The exact search on the ellipsoid: numbers in, numbers out; no frame, no province, no file of data."""
