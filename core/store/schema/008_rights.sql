-- How often something happened, by name and day (UTC, seconds since 1970 of
-- its first second). No account: figures are of the whole site.
CREATE TABLE tally (
    day INTEGER NOT NULL,
    name TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (day, name)
) STRICT, WITHOUT ROWID;
