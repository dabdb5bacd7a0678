"""Names that several processes must agree on."""

SETTINGS_CONFIG_MAP = "shopfleet-settings"
SETTINGS_KEY = "settings.yaml"
"""Where the installer puts provisioning.settings.PlatformSettings, in the system namespace."""

LEASE_NAME = "shopfleet-operator"
"""The lease that the operator holds which acts; people look there to see whether one does."""
