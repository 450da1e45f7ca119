"""Standard rates of value added tax, in per cent."""

YEAR = 2025
RATES = {"at": 20, "de": 19, "ee": 22, "fi": 25.5, "fr": 20, "sk": 23}
