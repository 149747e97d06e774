"""The use cases: runs, submissions and schedules, on one durable queue of chunks."""
