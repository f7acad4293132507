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

-- The certificate's own end, 0 until it was read from der, -1 when that
-- cannot be read; for the figures alone.
ALTER TABLE own_cert ADD COLUMN not_after INTEGER NOT NULL DEFAULT 0;
CREATE INDEX own_cert_by_end ON own_cert (not_after);
CREATE INDEX account_by_use ON account (allowed, enabled, domain);
