"""Names that several processes must agree on."""

SETTINGS_CONFIG_MAP = "shopfleet-settings"
SETTINGS_KEY = "settings.yaml"
"""Where the installer puts provisioning.settings.PlatformSettings, in the system namespace."""
