"""The words of maps, a file a language."""
