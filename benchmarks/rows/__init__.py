"""One module for each kind of row. A row is a function of the stage that gives its results one after the other."""
