"""What a tenant is: specs, names, and the objects that follow from them. Pure, but for the installers."""
