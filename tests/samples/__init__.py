"""Test images, made on the spot: nothing binary is kept in the repository."""
