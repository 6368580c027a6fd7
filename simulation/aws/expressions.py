"""DynamoDB's condition and update expressions, as far as the handler may use them.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
Values are in DynamoDB's own notation, such as `{"S": "text"}`.
"""

import re
from collections.abc import Mapping

Value = Mapping[str, object]
Item = Mapping[str, Value]

_TOKEN = re.compile(r"\s*(<>|<=|>=|[(),=<>]|[#:]?\w+)")


class ValidationError(ValueError):
    """Raised for what DynamoDB would refuse as ValidationException."""


class Expressions:
    """The expressions of one request. Every placeholder that is defined must be used."""

    def __init__(self, names: Mapping[str, str], values: Mapping[str, Value]) -> None:
        self._names = names
        self._values = values
        self._used: set[str] = set()
        self._tokens: list[str] = []
        self._item: Item = {}

    def holds(self, condition: str, item: Item) -> bool:
        """Evaluate a condition on an item; one that does not exist is empty."""
        self._start(condition, item)
        result = self._either()
        if self._tokens:
            raise ValidationError(f"what is {self._tokens} doing in {condition}?")
        return result

    def updated(self, update: str, item: Item) -> dict[str, Value]:
        """Return the item after an update of SET and REMOVE clauses."""
        self._start(update, item)
        after = dict(item)
        clause = ""
        while self._tokens:
            word = self._tokens.pop(0)
            if word in ("SET", "REMOVE"):
                clause = word
            elif word != ",":
                name = self._name(word)
                if clause == "SET":
                    self._expect("=")
                    after[name] = self._value(self._tokens.pop(0))
                else:
                    after.pop(name, None)
        return after

    def check_all_used(self) -> None:
        """DynamoDB refuses a request with placeholders that no expression uses."""
        unused = {*self._names, *self._values} - self._used
        if unused:
            raise ValidationError(f"unused: {sorted(unused)}")

    def _start(self, text: str, item: Item) -> None:
        self._tokens = _TOKEN.findall(text)
        self._item = item

    def _either(self) -> bool:
        result = self._both()
        while self._tokens[:1] == ["OR"]:
            self._tokens.pop(0)
            right = self._both()
            result = result or right
        return result

    def _both(self) -> bool:
        result = self._not()
        while self._tokens[:1] == ["AND"]:
            self._tokens.pop(0)
            right = self._not()
            result = result and right
        return result

    def _not(self) -> bool:
        if self._tokens[0] == "NOT":
            self._tokens.pop(0)
            return not self._not()
        if self._tokens[0] == "(":
            self._tokens.pop(0)
            result = self._either()
            self._expect(")")
            return result
        if self._tokens[1] == "(":
            return self._function(self._tokens.pop(0))
        return self._comparison()

    def _function(self, function: str) -> bool:
        self._expect("(")
        found = self._operand()
        if function in ("attribute_exists", "attribute_not_exists"):
            self._expect(")")
            return (found is not None) is (function == "attribute_exists")
        self._expect(",")
        given = self._operand()
        self._expect(")")
        if function != "begins_with":
            raise ValidationError(f"unknown function {function}")
        return found is not None and given is not None and _text(found).startswith(_text(given))

    def _comparison(self) -> bool:
        left = self._operand()
        operator = self._tokens.pop(0)
        if operator == "IN":
            self._expect("(")
            allowed = [self._operand()]
            while self._tokens[0] == ",":
                self._tokens.pop(0)
                allowed.append(self._operand())
            self._expect(")")
            return left in allowed
        right = self._operand()
        match operator:
            case "=":
                return left is not None and left == right
            case "<>":
                return left != right
            case "<":
                return left is not None and right is not None and _text(left) < _text(right)
            case _:
                raise ValidationError(f"unknown operator {operator}")

    def _operand(self) -> Value | None:
        token = self._tokens.pop(0)
        return self._value(token) if token[0] == ":" else self._item.get(self._name(token))

    def _name(self, token: str) -> str:
        if token[0] != "#":
            return token
        self._used.add(token)
        return self._names[token]

    def _value(self, token: str) -> Value:
        self._used.add(token)
        return self._values[token]

    def _expect(self, token: str) -> None:
        if (found := self._tokens.pop(0)) != token:
            raise ValidationError(f"expected {token}, found {found}")


def projected(item: Item, projection: str, names: Mapping[str, str]) -> Item:
    """Return the attributes that a projection names; all of them if there is none."""
    if not projection:
        return item
    asked = [names.get(token, token) for token in projection.split(", ")]
    return {name: item[name] for name in asked if name in item}


def _text(value: Value) -> str:
    return str(value["S"])
