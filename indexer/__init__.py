"""Turn report files into an index of cited figures, passages and vectors."""
