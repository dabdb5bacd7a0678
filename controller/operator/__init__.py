"""The operator: watches with kopf, queues what changed, and lets services do the work."""
