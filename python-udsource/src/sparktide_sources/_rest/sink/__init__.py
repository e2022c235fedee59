"""Rows out: `df.write.format("rest")` and `df.writeStream.format("rest")`."""
