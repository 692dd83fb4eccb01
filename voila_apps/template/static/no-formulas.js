/* Stands where the library for formulas would be: no page shows any. */
