"""The shelf across processes: workers, editors, PostgreSQL, Redis and nginx, all of their own."""
