"""Tables of appeals from elsewhere become work orders: read, mapped, checked row by row, written in batches."""
