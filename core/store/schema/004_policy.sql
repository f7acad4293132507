-- option: what the policy lines come to, "forbidden", "allowed" or
-- "pre-enabled"; allowed follows it. version: counts what administrators
-- save, so that the later of two who saved the same page is told.
ALTER TABLE account ADD COLUMN option TEXT NOT NULL DEFAULT 'forbidden';
ALTER TABLE account ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
UPDATE account SET option = 'allowed' WHERE allowed <> 0;
CREATE INDEX account_by_domain ON account (domain, login);
CREATE INDEX account_by_option ON account (option);
CREATE INDEX account_by_role ON account (role) WHERE role <> 'staff';
CREATE INDEX account_by_suspended ON account (suspended)
    WHERE suspended <> 0;
CREATE INDEX account_by_seen ON account (COALESCE(seen, 0), id);
CREATE INDEX account_by_name
    ON account (COALESCE(name, login) COLLATE NOCASE, id);

-- The words of a name and of what is before the @ of an address, by which an
-- account is found, from their beginning.
CREATE TABLE account_word (
    word TEXT NOT NULL,
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    PRIMARY KEY (word, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX account_word_by_account ON account_word (account, word);
INSERT OR IGNORE INTO account_word
    WITH RECURSIVE cut (id, word, rest) AS (
        SELECT id, '', lower(COALESCE(name, '')) || ' ' ||
               replace(replace(replace(substr(login, 1, instr(login, '@') - 1),
                   '.', ' '), '-', ' '), '_', ' ') || ' '
        FROM account
        UNION ALL
        SELECT id, substr(rest, 1, instr(rest, ' ') - 1),
               substr(rest, instr(rest, ' ') + 1)
        FROM cut WHERE rest <> ''
    )
    SELECT word, id FROM cut WHERE word <> '';

CREATE TABLE account_group (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    created INTEGER NOT NULL
) STRICT;
CREATE TABLE account_group_member (
    account_group INTEGER NOT NULL
        REFERENCES account_group (id) ON DELETE CASCADE,
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    PRIMARY KEY (account_group, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX account_group_by_account ON account_group_member (account);

-- subject: '' for the site, a domain, the id of a group or of an account;
-- of these last two the row goes with what it is about.
CREATE TABLE policy (
    scope TEXT NOT NULL,
    subject TEXT NOT NULL,
    line TEXT NOT NULL,
    value TEXT NOT NULL,
    account_group INTEGER REFERENCES account_group (id) ON DELETE CASCADE,
    account INTEGER REFERENCES account (id) ON DELETE CASCADE,
    changed INTEGER NOT NULL,
    PRIMARY KEY (scope, subject, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX policy_by_group ON policy (account_group)
    WHERE account_group IS NOT NULL;
CREATE INDEX policy_by_account ON policy (account)
    WHERE account IS NOT NULL;
-- Who was allowed one by one stays allowed, whatever the site comes to say.
INSERT INTO policy (scope, subject, line, value, account, changed)
    SELECT 'account', CAST(id AS TEXT), 'option', 'allowed', id, created
    FROM account WHERE allowed <> 0;
