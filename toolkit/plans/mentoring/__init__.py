"""Who accompanies whom: proposed, changed by hand, and recorded with the agreed reward."""
