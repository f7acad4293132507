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

-- What a person reads out from an error panel. route: the pattern, never the
-- path; kid: of a correspondent's certificate that the panel was about.
CREATE TABLE support_code (
    code TEXT PRIMARY KEY,
    account INTEGER REFERENCES account (id) ON DELETE CASCADE,
    error TEXT NOT NULL,
    route TEXT NOT NULL,
    kid TEXT,
    created INTEGER NOT NULL
) STRICT;
CREATE INDEX support_code_by_account ON support_code (account, created);
CREATE INDEX support_code_by_age ON support_code (created);

-- Keys that sign no more, by the SHA-256 of the SubjectPublicKeyInfo: a
-- certificate that is removed and added again, or a new one of the same key,
-- stays refused.
CREATE TABLE disabled_key (
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    reason TEXT NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (account, key)
) STRICT, WITHOUT ROWID;

-- Which of the person's keys a contact has seen a signature of, so that they
-- can be told when it was stolen (O10). told: a message went to them since.
CREATE TABLE given_key (
    contact INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    told INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (contact, key)
) STRICT, WITHOUT ROWID;
