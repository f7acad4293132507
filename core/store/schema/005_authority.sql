-- The local authority as this server knows it; its key is with sceau-ca. It
-- is "making" until sceau-ca has answered, and "resetting" while it goes.
CREATE TABLE authority (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id TEXT NOT NULL,
    state TEXT NOT NULL,
    name TEXT NOT NULL,
    organisation TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    days INTEGER NOT NULL,
    file TEXT NOT NULL,
    crl_url TEXT NOT NULL,
    der BLOB,
    automatic INTEGER NOT NULL DEFAULT 0,
    domains TEXT NOT NULL DEFAULT '',
    crl BLOB,
    crl_number INTEGER NOT NULL DEFAULT 0,
    crl_this INTEGER NOT NULL DEFAULT 0,
    crl_next INTEGER NOT NULL DEFAULT 0,
    exported TEXT,
    created INTEGER NOT NULL
) STRICT;

-- What people ask of it. key: SHA-256 of the public key; renews: a kid or "".
CREATE TABLE cert_request (
    id TEXT PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    csr BLOB NOT NULL,
    renews TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    kid TEXT,
    decided_by TEXT,
    decided INTEGER,
    created INTEGER NOT NULL
) STRICT;
CREATE INDEX cert_request_by_account ON cert_request (account, created);
CREATE INDEX cert_request_by_state ON cert_request (state, created);
-- One key is asked for once at a time.
CREATE UNIQUE INDEX cert_request_pending ON cert_request (key)
    WHERE state IN ('waiting', 'approved');

-- What it issued. No reference to the account: the record outlives it.
-- published: sceau-ca's list tells of the revocation.
CREATE TABLE issued (
    serial TEXT PRIMARY KEY,
    kid TEXT NOT NULL UNIQUE,
    request TEXT NOT NULL UNIQUE,
    account INTEGER NOT NULL,
    address TEXT NOT NULL,
    key TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    der BLOB NOT NULL,
    not_after INTEGER NOT NULL,
    revoked INTEGER,
    reason INTEGER NOT NULL DEFAULT 0,
    published INTEGER NOT NULL DEFAULT 0,
    created INTEGER NOT NULL
) STRICT;
CREATE INDEX issued_in_order ON issued (created, serial);
CREATE INDEX issued_by_address ON issued (address, created);
CREATE INDEX issued_by_account ON issued (account);
CREATE INDEX issued_by_key ON issued (key);
CREATE INDEX issued_unpublished ON issued (serial)
    WHERE revoked IS NOT NULL AND published = 0;
