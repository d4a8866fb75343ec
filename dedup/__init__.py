"""Duplicates and versions: pure decisions over batches."""
