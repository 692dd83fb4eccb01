"""Readers and writers of files, free of any domain: tables, templates, Word, calendars."""
