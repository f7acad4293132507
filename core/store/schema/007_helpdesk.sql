-- What was done to an account by somebody else, until the person has read
-- it. detail: a date, a name, a code; never content.
CREATE TABLE notice (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    code TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT '',
    actor TEXT NOT NULL,
    created INTEGER NOT NULL,
    UNIQUE (account, code, detail)
) STRICT;
