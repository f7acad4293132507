-- Certificates the administrators trust besides those of the files. kid is
-- the SHA-256 of the certificate; role "anchor" or "intermediate"; purpose
-- "mail", "signing" or "encryption". A withdrawn one stays for the record.
CREATE TABLE trust_cert (
    kid TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    der BLOB NOT NULL,
    purpose TEXT NOT NULL,
    added_by TEXT NOT NULL,
    created INTEGER NOT NULL,
    withdrawn INTEGER
) STRICT;

-- Where the revocations of an issuer are asked for: an administrator's word,
-- never a certificate's. issuer: a kid, of a file's certificate too.
CREATE TABLE revocation_source (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    issuer TEXT NOT NULL,
    kind TEXT NOT NULL,
    url TEXT NOT NULL,
    hard INTEGER NOT NULL DEFAULT 0,
    allow_private INTEGER NOT NULL DEFAULT 0,
    created INTEGER NOT NULL,
    tried INTEGER,
    result TEXT,
    succeeded INTEGER,
    next INTEGER,
    etag TEXT,
    modified TEXT,
    UNIQUE (issuer, kind, url)
) STRICT;

-- What was fetched and found good, one row for each series of an issuer's
-- lists and each certificate that was asked about; number in hex.
CREATE TABLE revocation_cache (
    issuer TEXT NOT NULL,
    kind TEXT NOT NULL,
    slot TEXT NOT NULL,
    digest TEXT NOT NULL,
    der BLOB NOT NULL,
    this_update INTEGER NOT NULL,
    next_update INTEGER,
    number TEXT,
    fetched INTEGER NOT NULL,
    PRIMARY KEY (issuer, kind, slot)
) STRICT;

-- version counts every change, edition those that administrators made.
CREATE TABLE trust_version (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    version INTEGER NOT NULL,
    edition INTEGER NOT NULL
) STRICT;
INSERT INTO trust_version VALUES (1, 1, 1);
