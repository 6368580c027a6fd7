"""All rules, one file per subject."""

from policy.rules import (
    access,
    function,
    key,
    messaging,
    monitoring,
    network,
    storage,
    table,
    transport,
)

RULES = (
    *storage.RULES,
    *transport.RULES,
    *messaging.RULES,
    *table.RULES,
    *function.RULES,
    *access.RULES,
    *key.RULES,
    *network.RULES,
    *monitoring.RULES,
)
