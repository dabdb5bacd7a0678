"""Third-party addons: which, locked how, and whether they may go into an image."""
