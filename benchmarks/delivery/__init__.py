"""What the shelf costs and saves, as ratios to stock Wagtail, to a trivial view and to nginx.

    python -m benchmarks.delivery [500 5000 500-sqlite …] [--rounds 9] [--parts listing detail …]

Starts PostgreSQL, Redis, gunicorn (2 workers) and nginx itself, on 127.0.0.1. The systems that are
compared take turns, A B A B. A ratio is the median over the turns, with the lowest and the highest.
Prints Markdown, which ``--into`` writes into a file, and draws ratios with ``--picture``.
"""
