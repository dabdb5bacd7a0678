UPDATE queue_job SET state = 'cancelled' WHERE state IN ('pending', 'enqueued', 'started', 'wait_dependencies');

-- proof: a queued job would run
SELECT id FROM queue_job WHERE state IN ('pending', 'enqueued', 'started', 'wait_dependencies');
