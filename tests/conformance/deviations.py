"""Where an AWS of ours is known not to do as AWS documents, by test and by AWS.

AWS's documentation is right each time. A deviation that disappeared fails, and so does one of a
test that does not exist.
"""

DEVIATIONS: dict[tuple[str, str], str] = {
    ("test_a_placeholder_that_no_expression_uses_is_refused", "simulated"): (
        "raises an error that no caller handles, so that a drill ends at such a mistake"
    ),
    ("test_events_are_ordered_by_their_sequencers", "simulated"): (
        "draws their lengths so that neither order of texts is right: the handler must not compare"
    ),
    ("test_a_delay_of_more_than_15_minutes_is_refused", "embedded"): "takes any delay",
    ("test_a_message_attribute_must_not_be_empty", "embedded"): "takes empty attributes",
}
