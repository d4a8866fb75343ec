"""Prefect flows over plain functions, and the command line. The only room that knows Prefect."""

import os

# before NumPy is loaded: its OpenBLAS starts a thread for each core in every process, which costs a
# tenth of a second each time. The tables that are multiplied here are small, and the cores are
# for extraction.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
