"""A border as a line with sides, chainage, sectors and bands; the Durand Line is one."""
