"""What a plan hangs on."""
