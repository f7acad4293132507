-- How a search of the audit begins. The rows stay as they are: each hash
-- covers what is in a row, not how it is found.
CREATE INDEX audit_by_actor ON audit (lower(actor));
CREATE INDEX audit_by_subject ON audit (lower(subject));
CREATE INDEX audit_by_act ON audit (act);
CREATE INDEX audit_by_created ON audit (created);
-- The domain of an account that was acted on.
CREATE INDEX audit_by_domain
    ON audit (lower(substr(subject, instr(subject, '@') + 1)));
