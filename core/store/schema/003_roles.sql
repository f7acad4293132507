-- role: "staff", "helpdesk" or "administrator"; domain is the address's, in
-- lower case; seen: the last sign-in.
ALTER TABLE account ADD COLUMN role TEXT NOT NULL DEFAULT 'staff';
ALTER TABLE account ADD COLUMN domain TEXT NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN suspended INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN seen INTEGER;
UPDATE account SET domain = lower(substr(address, instr(address, '@') + 1));

-- The domains whose accounts a helpdesk or administrator acts on; none: all.
CREATE TABLE account_scope (
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    domain TEXT NOT NULL,
    PRIMARY KEY (account, domain)
) STRICT, WITHOUT ROWID;

-- Each row's hash covers the row and the hash of the one before. Rows of
-- before the chain have none. No reference to the account: what was done
-- outlives it.
ALTER TABLE audit RENAME TO audit_unchained;
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    account INTEGER,
    subject TEXT NOT NULL,
    actor TEXT NOT NULL,
    source TEXT NOT NULL,
    act TEXT NOT NULL,
    before TEXT,
    after TEXT,
    created INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT;
INSERT INTO audit
    SELECT id, account, COALESCE(detail, ''), actor, 'terminal', act, NULL,
           detail, created, ''
    FROM audit_unchained;
DROP TABLE audit_unchained;
CREATE INDEX audit_by_account ON audit (account, id);

-- Where the chain ends, so that a last row that went away is missed.
CREATE TABLE audit_end (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT;
INSERT INTO audit_end SELECT 1, COALESCE(MAX(id), 0), '' FROM audit;
