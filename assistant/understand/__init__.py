"""From a question in anyone's words to a Query, or to what is open in it."""
