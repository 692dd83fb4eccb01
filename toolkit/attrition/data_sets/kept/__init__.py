"""The data sets that the store holds, and taking one out."""
