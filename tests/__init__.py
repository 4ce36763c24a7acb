"""Tests mirror the packages; run from the root of the project."""
