"""The reviews of a plan and the high-potential track."""
