"""Why a number is what it is: the sentences and the pieces behind one level, and the person's own view of it."""
