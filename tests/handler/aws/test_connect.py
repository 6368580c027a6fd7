"""The pipeline is put together on AWS as the settings say."""

from dataclasses import replace
from datetime import UTC

import pytest

from handler.aws.connect import connect
from handler.aws.messages import LogDeadLetters, SqsDeadLetters
from handler.isolation import Isolated
from tests.handler.fakes import make_settings

pytestmark = pytest.mark.usefixtures("credentials")


def test_all_ports_are_connected() -> None:
    pipeline = connect(make_settings())
    assert isinstance(pipeline.develop, Isolated)
    assert isinstance(pipeline.dead_letters, LogDeadLetters)
    assert pipeline.clock().tzinfo is UTC


def test_dead_letters_go_to_the_queue_if_there_is_one() -> None:
    pipeline = connect(replace(make_settings(), dead_letter_queue_url="https://queue"))
    assert isinstance(pipeline.dead_letters, SqsDeadLetters)


def test_a_step_is_cut_off_before_the_function_is() -> None:
    develop = connect(replace(make_settings(), timeout_seconds=10)).develop
    assert isinstance(develop, Isolated)
    assert develop.patience_seconds == 5
