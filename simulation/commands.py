"""Subcommands of the failure drills."""

from typing import Annotated

import typer

Seed = Annotated[int | None, typer.Option(help="Replay the run that had this seed.")]
Size = Annotated[float, typer.Option(min=0.001, max=1, help="Share of the full number of uploads.")]


def _known_drills(names: list[str] | None) -> list[str] | None:
    if names:
        from simulation.catalogue import DRILLS

        for name in names:
            if name not in DRILLS:
                raise typer.BadParameter(f"{name!r} is none of {', '.join(DRILLS)}")
    return names


def _list_drills(*, listed: bool) -> None:
    if listed:
        from simulation.catalogue import DRILLS

        typer.echo("\n".join(DRILLS))
        raise typer.Exit


def drills(
    only: Annotated[
        list[str] | None,
        typer.Option(
            callback=_known_drills, metavar="DRILL", help="Run only this drill; may be repeated."
        ),
    ] = None,
    seed: Seed = None,
    size: Size = 1,
    *,
    _listed: Annotated[
        bool,
        typer.Option(
            "--list",
            callback=_list_drills,
            is_eager=True,
            help="Print the names of the drills, and exit.",
        ),
    ] = False,
) -> None:
    """Run the real handler through simulated faults.

    Falls short if a drill does not hold.
    """
    from simulation.report import run_drills

    if not run_drills(only or (), seed=seed, size=size):
        raise typer.Exit(1)


def soak(seed: Seed = None, size: Size = 1) -> None:
    """Upload 1,000 images to an embedded AWS, and kill its workers.

    Falls short if an upload is lost, or a variant is wrong.
    """
    from local.reporting import failures_reported

    with failures_reported():
        from simulation.report import run_soak

        holds = run_soak(seed=seed, size=size)
    if not holds:
        raise typer.Exit(1)


COMMANDS = (drills, soak)
"""In the order in which `imagepipe --help` lists them."""
