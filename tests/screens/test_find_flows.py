"""Find an authority, as it is used."""
