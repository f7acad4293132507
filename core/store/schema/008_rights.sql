-- How often something happened, by name and day (UTC, seconds since 1970 of
-- its first second). No account: figures are of the whole site.
CREATE TABLE tally (
    day INTEGER NOT NULL,
    name TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (day, name)
) STRICT, WITHOUT ROWID;

-- The highest number of an account that was deleted: the journal knows
-- accounts by number, so none is given twice.
CREATE TABLE account_gone (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id INTEGER NOT NULL
) STRICT;
INSERT INTO account_gone VALUES (1, 0);
