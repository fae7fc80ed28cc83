"""Measurements behind the published numbers; `README.md` beside this file says how to run them."""
