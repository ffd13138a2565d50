"""What a map is to be: the specification, its file, periods, sheets."""
