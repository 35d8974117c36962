"""附件 as files: what may come in, under which name it is known, and where it lies."""
