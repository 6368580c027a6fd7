"""From the values of all options to settings: each is parsed, then the rules between them apply."""

from collections.abc import Mapping

from pydantic import ValidationError

from infra.config.findings import Finding, Refused, findings_of
from infra.config.image_limits import limits_that_fit
from infra.config.option_rules import broken_rules, call, needs
from infra.config.options import RULES, Settings
from infra.config.options.base import Options
from infra.config.variants import variants_of


def parse_options(values: Mapping[str, object], *, emulated: bool, region: str = "") -> Settings:
    """Return settings of which everything is known to be right.

    Args:
        values: of all options, by key.
        emulated: whether the stack is deployed to an emulator instead of AWS.
        region: the stack's; empty where it is not known.

    Raises:
        Refused: with all that is wrong, each with its option.
    """
    parsed, findings = parse_each(Settings, values)
    findings += findings_between(parsed, emulated=emulated, region=region)
    if findings:
        raise Refused(*findings)
    return _with_limits(Settings.model_construct(None, **parsed))


def parse_each(
    model: type[Options], values: Mapping[str, object]
) -> tuple[dict[str, object], list[Finding]]:
    """Parse each option by itself.

    Returns:
        The options that can be parsed, by names of fields, and what is wrong with others.
    """
    parsed: dict[str, object] = {}
    try:
        model.model_validate(values, context=parsed)
    except ValidationError as error:
        return parsed, list(findings_of(error))
    return parsed, []


def findings_between(parsed: Mapping[str, object], *, emulated: bool, region: str) -> list[Finding]:
    """Return what is wrong with options that could be parsed, in view of each other."""
    known: dict[str, object] = {**parsed, "emulated": emulated, "region": region}
    findings: list[Finding] = []
    if needs(variants_of) <= parsed.keys():
        try:
            known["variants"] = call(variants_of, parsed)
        except Refused as refused:
            findings += refused.findings
    return [*findings, *broken_rules(RULES, known)]


def _with_limits(settings: Settings) -> Settings:
    fitting = limits_that_fit(settings.memory_mib, settings.timeout_seconds, settings.variants)
    unset = {name: limit for name, limit in fitting.items() if getattr(settings, name) == 0}
    return settings.model_copy(update=unset)
