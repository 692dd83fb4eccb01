"""Making a calibration session: its performance and its expert key."""
