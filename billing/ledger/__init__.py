"""The ledger of issued invoices: the one place that keeps state. Append-only, numbered without holes, chained by hash.

`connection` reaches the database, `schema` and `migrations` say what is in it, `issuing` writes, `reading` reads and
`verify` proves. SQLite is the default; PostgreSQL serves several users at once, through the same code.
"""
