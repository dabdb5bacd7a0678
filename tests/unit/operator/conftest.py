from tests.support.quiet import quiet_logs

__all__ = ["quiet_logs"]
