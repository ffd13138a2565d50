"""Boundary data: the catalogue, the layers shipped and added, downloads, exports."""
