"""The editor of wording and expectations."""
