"""What a workshop's sheets say: fair scores, raters, criteria and how sure it all is."""
