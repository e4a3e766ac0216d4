"""The doors: pages, API, command line, printing and workbooks."""
