"""Ways out: Parquet in a stream, DuckDB, PostGIS, Dask."""
