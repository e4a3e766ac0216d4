"""The doors: pages, API, command line, printing and workbooks."""

import gc

# A file of 100,000 lines becomes as many tuples, which hold no cycles. Looking through all of them
# for cycles each time some hundreds are made takes longer than to read the file.
gc.set_threshold(100_000, 20, 50)
