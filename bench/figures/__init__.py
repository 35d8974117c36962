"""The figures of the table, in its order. Each module has `measure(run)`, which yields rows."""
