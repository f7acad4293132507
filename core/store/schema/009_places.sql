-- place: what accounts are sorted by, the name or else the address, folded.
-- It and seen are plain columns, never NULL, so that an order is entered
-- anywhere by its index; an expression was walked from its beginning.
ALTER TABLE account ADD COLUMN place TEXT NOT NULL DEFAULT '';
UPDATE account SET place = lower(COALESCE(name, login));
UPDATE account SET seen = 0 WHERE seen IS NULL;
DROP INDEX account_by_seen;
DROP INDEX account_by_name;
CREATE INDEX account_by_seen ON account (seen, id);
CREATE INDEX account_by_place ON account (place, id);
