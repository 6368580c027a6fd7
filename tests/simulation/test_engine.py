"""Tasks change over only at calls, and end as they are told to."""

from collections.abc import Callable

import pytest

from simulation.engine import Call, Engine, Fate, Judge, Task


def call(task: Task, effects: list[str], name: str, seconds: float = 1) -> object:
    def effect() -> str:
        effects.append(name)
        return name

    return task.call(
        Call(operation=name, subject="", effect=effect, failure=ConnectionError), seconds
    )


def always(fate: Fate) -> Judge:
    return lambda _task, _call: fate


def test_tasks_take_turns_in_the_order_of_virtual_time() -> None:
    engine, effects = Engine(1), list[str]()

    def body(name: str, seconds: float) -> Callable[[Task], None]:
        def run(task: Task) -> None:
            for number in range(2):
                call(task, effects, f"{name}{number}", seconds)

        return run

    engine.spawn(body("slow", 3), always(Fate.WELL))
    engine.spawn(body("fast", 2), always(Fate.WELL))
    assert effects == []
    engine.run()
    assert effects == ["fast0", "slow0", "fast1", "slow1"]
    assert engine.now == 6


@pytest.mark.parametrize(
    ("fate", "effects", "key_suffix"),
    [
        (Fate.WELL, ["a", "b"], "returned"),
        (Fate.FAILS_BEFORE, [], "raised"),
        (Fate.FAILS_AFTER, ["a"], "raised"),
        (Fate.KILLED_BEFORE, [], ""),
        (Fate.KILLED_AFTER, ["a"], ""),
        (Fate.HANGS, [], ""),
    ],
)
def test_a_call_ends_as_it_is_judged(fate: Fate, effects: list[str], key_suffix: str) -> None:
    engine, seen, endings = Engine(1), list[str](), list[str]()

    def body(task: Task) -> None:
        try:
            call(task, seen, "a")
            call(task, seen, "b")
            endings.append("returned")
        except ConnectionError:
            endings.append("raised")

    engine.spawn(body, always(fate))
    engine.run()
    assert (seen, endings) == (effects, [key_suffix] if key_suffix else [])


def test_who_is_killed_cannot_do_anything_any_more() -> None:
    engine, effects = Engine(1), list[str]()

    def body(task: Task) -> None:
        try:
            call(task, effects, "a", seconds=10)
        finally:
            call(task, effects, "clean-up")

    task = engine.spawn(body, always(Fate.WELL))
    engine.after(5, task.kill)
    engine.run()
    assert task.is_over
    assert "clean-up" not in effects
