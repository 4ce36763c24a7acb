"""What people would use instead: generic retrieval and generic table extraction."""
