"""Ports that a tenant's pods listen on."""

HTTP = 8069
# The evented process: longpolling up to series 15.0, websockets from 16.0 on.
PUSH = 8072
# A thread in the prefork master answers probes here, so that they take no worker and write no session.
HEALTH = 8071
