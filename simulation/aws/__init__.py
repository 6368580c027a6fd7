"""AWS in memory: the operations that the handler calls, with versions and conditional writes."""
