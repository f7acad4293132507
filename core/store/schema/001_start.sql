CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    address TEXT NOT NULL,
    name TEXT,
    language TEXT,
    allowed INTEGER NOT NULL DEFAULT 0,
    mode TEXT NOT NULL DEFAULT 'assisted',
    last_choice TEXT,
    created INTEGER NOT NULL
) STRICT;

-- Named by the hash of the cookie; the password is sealed under a key that
-- needs the cookie itself.
CREATE TABLE session (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    login TEXT NOT NULL,
    csrf TEXT NOT NULL,
    password BLOB NOT NULL,
    created INTEGER NOT NULL,
    seen INTEGER NOT NULL
) STRICT;

-- Failed sign-ins of a login ("login …", hashed) or a source ("source …").
CREATE TABLE attempt (
    subject TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    changed INTEGER NOT NULL
) STRICT;

-- Content that waits, in sealed chunks; the key is in the row that owns it.
CREATE TABLE spool (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    chunks INTEGER NOT NULL DEFAULT 0,
    created INTEGER NOT NULL
) STRICT;

CREATE TABLE spool_chunk (
    spool INTEGER NOT NULL REFERENCES spool (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    data BLOB NOT NULL,
    UNIQUE (spool, number)
) STRICT;

CREATE TABLE keyreq (
    name TEXT PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    session INTEGER NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    kind INTEGER NOT NULL,
    resume BLOB NOT NULL,
    spool INTEGER REFERENCES spool (id) ON DELETE SET NULL,
    expires INTEGER NOT NULL
) STRICT;
CREATE INDEX keyreq_by_session ON keyreq (session);
CREATE INDEX keyreq_by_spool ON keyreq (spool);

-- Named by HMAC of the ticket or send key; form is that of the send key. What
-- it holds is sealed under the server key.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    form TEXT,
    state INTEGER NOT NULL,
    message_id TEXT NOT NULL,
    content BLOB,
    spool INTEGER REFERENCES spool (id) ON DELETE SET NULL,
    reason TEXT,
    result BLOB,
    filed INTEGER NOT NULL DEFAULT 0,
    created INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    UNIQUE (account, name),
    UNIQUE (account, form)
) STRICT;
CREATE INDEX outbox_by_spool ON outbox (spool);

CREATE TABLE own_cert (
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    kid TEXT NOT NULL,
    der BLOB NOT NULL,
    chain BLOB NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (account, kid)
) STRICT;

CREATE TABLE seen_verdict (
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    folder TEXT NOT NULL,
    uid_validity INTEGER NOT NULL,
    uid INTEGER NOT NULL,
    code TEXT NOT NULL,
    changed INTEGER NOT NULL,
    PRIMARY KEY (account, folder, uid_validity, uid)
) STRICT, WITHOUT ROWID;

-- No reference to the account: what was done outlives it.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    account INTEGER,
    actor TEXT NOT NULL,
    act TEXT NOT NULL,
    detail TEXT,
    created INTEGER NOT NULL
) STRICT;
