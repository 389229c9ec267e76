"""The super table engine: fields, queries and workbooks over any table."""
