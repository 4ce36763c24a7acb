"""Turn a question into a reply that is grounded in printed cells, or into an honest no."""
