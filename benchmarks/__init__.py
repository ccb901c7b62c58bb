"""What the guard costs: ``python -m benchmarks`` measures everything and writes the
documentation's page of figures, ``python -m benchmarks.judging`` and the others measure
one thing each.
"""
