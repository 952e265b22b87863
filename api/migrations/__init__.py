"""Alembic migrations of the store of jobs and audit (the tag store of `twin` has its own)."""
