"""People, teams, roles and what is expected of them; the content packs; used by every slice."""
