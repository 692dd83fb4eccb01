"""The rubric editor: drafts, checks, Excel files, versions, and bridges between them."""
