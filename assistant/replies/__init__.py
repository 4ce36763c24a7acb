"""One function for each kind of reply: a Draft filled from the figures that a question names."""
