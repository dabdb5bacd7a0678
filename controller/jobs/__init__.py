"""What runs inside a tenant's namespace: dumps, restores and file archives, one per Kubernetes Job.

These processes hold one tenant's credentials and two signed URLs, and nothing else: no cluster access, no key
of the object store. So a job can harm no other tenant, whatever a dump or an archive contains.
"""
