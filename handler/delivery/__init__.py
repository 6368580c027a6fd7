"""Processing of events: dispatch, render, store, record, publish."""
