"""Readers of every kind of file of events; each row is accepted, rejected or superseded."""
