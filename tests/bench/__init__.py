"""Speed and memory, measured against the fastest known form in the same run."""
