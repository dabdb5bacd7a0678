"""What each step of the catalogue does, undoes and leaves behind."""
