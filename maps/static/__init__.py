"""Maps for print and social media: the same specification as the interactive map, drawn with matplotlib.

Its names stand in :mod:`maps`; importing this package alone does not load matplotlib, but asks for it.
"""

from importlib.util import find_spec

from geo.errors import ExtraMissingError

if find_spec("matplotlib") is None:
    raise ExtraMissingError.of("a picture for print (.png, .svg, .pdf, --embed)", "matplotlib", "print")
