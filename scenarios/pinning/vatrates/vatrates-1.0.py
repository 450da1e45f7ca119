"""Standard rates of value added tax, in per cent."""

YEAR = 2024
RATES = {"at": 20, "de": 19, "ee": 22, "fi": 24, "fr": 20, "sk": 20}
