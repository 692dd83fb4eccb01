"""What a workshop leaves behind: a feedback sheet per rep, a report, the ratings, the lessons of the debrief."""
