"""Prefect flows over plain functions, and the command line. The only room that knows Prefect."""
