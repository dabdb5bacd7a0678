"""Applies the platform to a cluster, whichever it is. With the two local and cloud installers the only part of
`provisioning` that talks to anything."""
