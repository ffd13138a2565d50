"""What a cell says: dates, coordinates, tolls."""
