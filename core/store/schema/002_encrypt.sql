-- The person's own switch: accounts that were allowed secure mail before
-- there was one keep it on.
ALTER TABLE account ADD COLUMN enabled INTEGER NOT NULL DEFAULT 0;
UPDATE account SET enabled = allowed;
ALTER TABLE account ADD COLUMN preference TEXT NOT NULL DEFAULT 'auto';
-- When the warnings before a first encryption were accepted.
ALTER TABLE account ADD COLUMN warned INTEGER;

-- One mailbox of one person. match is the address as addresses compare, so
-- that it stands in one book once; place is what lists are sorted by.
CREATE TABLE contact (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    book TEXT NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    match TEXT NOT NULL,
    place TEXT NOT NULL,
    pinned TEXT,
    created INTEGER NOT NULL,
    UNIQUE (account, match)
) STRICT;
CREATE INDEX contact_in_order ON contact (account, book, place, id);

-- The words by which a contact is found, from their beginning.
CREATE TABLE contact_word (
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    book TEXT NOT NULL,
    word TEXT NOT NULL,
    contact INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    PRIMARY KEY (account, book, word, contact)
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_word_by_contact ON contact_word (contact, word);

-- chain: what is needed besides the administrator's files to judge it.
CREATE TABLE contact_cert (
    contact INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    kid TEXT NOT NULL,
    der BLOB NOT NULL,
    chain BLOB NOT NULL,
    capabilities BLOB,
    capabilities_at INTEGER NOT NULL DEFAULT 0,
    standing TEXT NOT NULL,
    source TEXT NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (contact, kid)
) STRICT;

-- Which content a wrapped key was first seen on (SEC-29); hashes only.
CREATE TABLE envelope_seen (
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    key_hash TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (account, key_hash)
) STRICT, WITHOUT ROWID;
