"""The services are assembled from AWS adapters according to the settings."""

from dataclasses import replace
from datetime import UTC

import pytest

from handler.aws.connect import connect, encoding_budget
from handler.aws.messages import (
    LogNotifier,
    LogRejections,
    NoNotifier,
    SnsNotifier,
    SqsRejections,
)
from handler.aws.no_record_store import NoRecordStore
from handler.aws.record_store import DynamoDbRecordStore
from handler.delivery.isolation import IsolatedTransform
from tests.handler.deployment import make_settings

pytestmark = pytest.mark.usefixtures("credentials")


def test_all_ports_are_connected() -> None:
    services = connect(make_settings())
    assert isinstance(services.transform, IsolatedTransform)
    assert isinstance(services.rejected_uploads, SqsRejections)
    assert isinstance(services.dead_letters, SqsRejections)
    assert services.clock().tzinfo is UTC


def test_what_is_rejected_is_logged_if_there_is_no_queue_for_it() -> None:
    without_dead_letters = connect(replace(make_settings(), dead_letter_queue_url=None))
    assert isinstance(without_dead_letters.dead_letters, LogRejections)
    assert isinstance(without_dead_letters.rejected_uploads, SqsRejections)
    without_rejected = connect(replace(make_settings(), rejected_queue_url=None))
    assert isinstance(without_rejected.dead_letters, SqsRejections)
    assert isinstance(without_rejected.rejected_uploads, LogRejections)


def test_records_are_kept_if_there_is_a_table() -> None:
    assert isinstance(connect(make_settings()).record_store, DynamoDbRecordStore)
    assert isinstance(
        connect(replace(make_settings(), table_name=None)).record_store, NoRecordStore
    )


def test_outcomes_are_published_if_there_is_a_topic() -> None:
    assert isinstance(connect(make_settings()).notifier, SnsNotifier)
    silent = replace(make_settings(), topic_arn=None)
    assert isinstance(connect(silent).notifier, NoNotifier)


def test_without_topic_and_table_records_are_logged() -> None:
    forgetful = replace(make_settings(), topic_arn=None, table_name=None)
    assert isinstance(connect(forgetful).notifier, LogNotifier)


def test_an_image_may_take_the_time_and_memory_in_the_settings() -> None:
    settings = replace(make_settings(), max_step_seconds=5, max_cpu_seconds=9, memory_mib=512)
    transform = connect(settings).transform
    assert isinstance(transform, IsolatedTransform)
    assert (transform.step_timeout_seconds, transform.cpu_seconds) == (5, 9)
    assert transform.growth_bytes == 362 * 1024 * 1024


@pytest.mark.parametrize(
    ("memory_mib", "processors", "threads"),
    [(512, 6, 1), (1_769, 6, 1), (3_008, 6, 2), (10_240, 6, 6), (10_240, 2, 2)],
)
def test_variants_are_rendered_in_parallel_on_all_processors_that_the_memory_provides(
    monkeypatch: pytest.MonkeyPatch, memory_mib: int, processors: int, threads: int
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: processors)
    assert encoding_budget(memory_mib, 800).threads == threads
    assert encoding_budget(memory_mib, 800).memory_bytes == 400
