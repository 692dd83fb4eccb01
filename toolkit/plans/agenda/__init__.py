"""What comes next for whom: reviews, reminders and the high-potential track."""
