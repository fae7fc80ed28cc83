"""Makers of what is kept in the repository but not written by hand: samples, the CLI's page, the picture."""
