"""The tables of events and claims: columns, validation, faults, differences."""
