"""Maps for print and social media: the same specification as the interactive map, drawn with matplotlib.

Its names stand in :mod:`maps`; importing this package alone does not load matplotlib.
"""
