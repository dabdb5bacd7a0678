"""Real servers as ordinary processes for contract and integration tests; all end with the test session."""
