"""What a map says, for page and print alike."""
