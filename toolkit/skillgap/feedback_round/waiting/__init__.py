"""How many forms wait for somebody, for pages that load nothing else."""
