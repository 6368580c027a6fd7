"""Known deviations of an implementation from AWS's documentation, by test and implementation.

The documentation is right each time. A deviation that has disappeared fails, and so does one of a
test that does not exist.
"""

DEVIATIONS: dict[tuple[str, str], str] = {
    ("test_a_placeholder_that_no_expression_uses_is_refused", "simulated"): (
        "raises an error that no caller handles, so that the mistake ends the simulation"
    ),
    ("test_events_are_ordered_by_their_sequencers", "simulated"): (
        "varies their lengths so that comparing strings is wrong: the handler must not compare"
    ),
    ("test_a_delay_of_more_than_15_minutes_is_refused", "embedded"): "takes any delay",
    ("test_a_message_attribute_must_not_be_empty", "embedded"): "takes empty attributes",
}
