"""How long each thing outside may usually take. A deadline that ends earlier makes it less, never more."""

# The operator

PASS = 1800.0
"""Seconds for one pass over one object: twice the longest request (COPY), so that only what hangs meets it."""

PARTING = 5.0
"""Seconds for each last word of an operator that ends: how far a pass came that was cut off, and that the lease is
free. The API server answers within one."""

DRAIN = 10.0
"""Seconds that passes have for their end after SIGTERM. Statements are cancelled at once; what is left are
requests in which nothing can be cancelled. With all last words it stays below the pod's grace of 30 s."""

# The API server

API_CONNECT = 5.0
"""Seconds for TCP and TLS; an API server in another region answers within one."""

API_READ = 30.0
"""Seconds without a byte. A list of 500 large objects from a busy server took up to 10."""

# PostgreSQL

DATABASE_CONNECT = 5.0
"""Seconds for TCP, TLS and login."""

STATEMENT = 30.0
"""Seconds for one statement about a catalogue; 0.1 s is usual, unless the server is about to fail."""

QUERY = 10.0
"""Seconds for one question to a tenant's database; all of ours are answered from an index or a small table."""

LOCK = 10.0
"""Seconds to wait for somebody else's lock; a DROP or ALTER that queues longer blocks everyone behind it."""

COPY = 900.0
"""Seconds for copying or dropping a database; 100 GB at 200 MB/s take 500."""

EXECUTE = 300.0
"""Seconds per statement that changes a tenant's data; neutralising a large tenant rewrites whole tables."""

GIVE = 120.0
"""Seconds per statement while a database changes hands, and to wait for others that do so: one takes 0.1 s, and a
hundred at once on a slow disk stay below."""

END_SESSIONS = 5.0
"""Seconds to wait for a terminated session to be gone."""

CANCEL = 2.0
"""Seconds for asking the server to cancel a statement; it is asked again as long as the statement goes on."""

# The object store

STORE_CONNECT = 5.0
"""Seconds for TCP and TLS."""

STORE_READ = 60.0
"""Seconds without a byte. Objects here are specs and audit files; large dumps go by signed addresses."""

# The gateway

PAGE = 10.0
"""Seconds for each part of an answer; a page that takes longer is asked for again, its assets compiled by then."""

# Jobs inside a tenant's namespace. Kubernetes ends the whole Job (provisioning.objects.jobs)

TRANSFER_CONNECT = 10.0
"""Seconds for TCP and TLS to the object store."""

TRANSFER_STALL = 120.0
"""Seconds without progress. A store that verifies a checksum answers only after it has read it all back."""

DUMP_LOCK = 60.0
"""Seconds that a dump queues for a table: rather than behind a migration for hours, with everybody behind us."""
