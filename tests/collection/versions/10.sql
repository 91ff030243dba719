CREATE TABLE papers (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, title_key TEXT NOT NULL, doi TEXT,
    published TEXT, version INTEGER NOT NULL, added_at TEXT NOT NULL, data TEXT NOT NULL
, origin TEXT NOT NULL DEFAULT 'watch'
    CHECK (origin IN ('background', 'list', 'watch', 'person'))) STRICT;
CREATE INDEX papers_by_title ON papers (title_key);
CREATE INDEX papers_by_doi ON papers (doi);
CREATE TABLE texts (
    paper_id TEXT PRIMARY KEY REFERENCES papers (id), version INTEGER NOT NULL, source TEXT NOT NULL, data TEXT NOT NULL
) STRICT;
CREATE TABLE passages (
    number INTEGER PRIMARY KEY, paper_id TEXT NOT NULL REFERENCES papers (id), key TEXT NOT NULL,
    ordinal INTEGER NOT NULL, section TEXT NOT NULL, page INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, text TEXT NOT NULL
) STRICT;
CREATE INDEX passages_by_paper ON passages (paper_id);
CREATE INDEX passages_by_key ON passages (key);
CREATE VIRTUAL TABLE passage_words USING fts5 (
    text, content='passages', content_rowid='number', tokenize='porter unicode61'
);
CREATE TRIGGER passage_added AFTER INSERT ON passages BEGIN
    INSERT INTO passage_words (rowid, text) VALUES (new.number, new.text);
END;
CREATE TRIGGER passage_gone AFTER DELETE ON passages BEGIN
    INSERT INTO passage_words (passage_words, rowid, text) VALUES ('delete', old.number, old.text);
END;
CREATE TABLE indexed (
    model TEXT NOT NULL, paper_id TEXT NOT NULL REFERENCES papers (id), PRIMARY KEY (model, paper_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX indexed_by_paper ON indexed (paper_id);
CREATE TRIGGER paper_changed AFTER UPDATE OF data ON papers WHEN new.data != old.data BEGIN
    DELETE FROM indexed WHERE paper_id = new.id;
END;
CREATE TABLE judgements (
    paper_id TEXT PRIMARY KEY REFERENCES papers (id), queued INTEGER NOT NULL, basis TEXT NOT NULL, data TEXT NOT NULL
) STRICT;
CREATE TABLE drafts (
    number INTEGER PRIMARY KEY, paper_id TEXT NOT NULL REFERENCES papers (id), key TEXT NOT NULL, by TEXT NOT NULL,
    at TEXT NOT NULL, data TEXT NOT NULL
) STRICT;
CREATE INDEX drafts_by_paper ON drafts (paper_id, number);
CREATE TABLE publications (
    paper_id TEXT PRIMARY KEY REFERENCES papers (id), section TEXT NOT NULL, entry TEXT NOT NULL, at TEXT NOT NULL
, stands INTEGER) STRICT;
CREATE TABLE problems (
    paper_id TEXT NOT NULL, step TEXT NOT NULL, message TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (paper_id, step)
) STRICT;
CREATE TABLE vectors (
    model TEXT NOT NULL, key TEXT NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (model, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE fetches (
    number INTEGER PRIMARY KEY, query TEXT NOT NULL, since TEXT NOT NULL, until TEXT NOT NULL,
    position INTEGER NOT NULL, started_at TEXT NOT NULL, finished_at TEXT
, reached TEXT) STRICT;
CREATE TABLE calls (
    number INTEGER PRIMARY KEY, paper_id TEXT, purpose TEXT NOT NULL, model TEXT NOT NULL, prompt_key TEXT NOT NULL,
    tokens_in INTEGER, tokens_out INTEGER, cost REAL, seconds REAL NOT NULL, reply TEXT,
    at TEXT NOT NULL
, outcome TEXT NOT NULL DEFAULT 'kept'
    CHECK (outcome IN ('kept', 'kept in part', 'refused', 'no reply')), kind TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '', max_tokens INTEGER) STRICT;
CREATE INDEX calls_by_prompt ON calls (prompt_key);
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE "citations" (
    key TEXT NOT NULL, paper_id TEXT NOT NULL REFERENCES papers (id), PRIMARY KEY (key, paper_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX citations_by_paper ON citations (paper_id);
CREATE TABLE person_facts (
    paper_id TEXT NOT NULL REFERENCES papers (id), field TEXT NOT NULL, value TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (paper_id, field)
) STRICT, WITHOUT ROWID;
CREATE TABLE "decisions" (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, paper_id TEXT NOT NULL REFERENCES papers (id),
    verdict TEXT NOT NULL CHECK (verdict IN ('accept', 'reject', 'later', 'undo')),
    section TEXT NOT NULL, entry TEXT, note TEXT, undoes INTEGER REFERENCES decisions (number), at TEXT NOT NULL,
    person TEXT, session TEXT
) STRICT;
CREATE INDEX decisions_by_paper ON decisions (paper_id, at, key);
CREATE INDEX decisions_by_undone ON decisions (undoes) WHERE undoes IS NOT NULL;
CREATE TABLE asked (
    paper_id TEXT PRIMARY KEY REFERENCES papers (id), at TEXT NOT NULL
) STRICT;
CREATE TABLE aliases (
    alias TEXT NOT NULL, paper_id TEXT NOT NULL REFERENCES papers (id), PRIMARY KEY (alias, paper_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX aliases_by_paper ON aliases (paper_id);
CREATE TABLE entries (
    number INTEGER PRIMARY KEY, paper_id TEXT NOT NULL REFERENCES papers (id), section TEXT NOT NULL,
    line INTEGER NOT NULL, title TEXT NOT NULL, venue TEXT, year INTEGER, text TEXT NOT NULL, words TEXT NOT NULL
) STRICT;
CREATE INDEX entries_by_paper ON entries (paper_id);
CREATE TABLE answers (key TEXT PRIMARY KEY, paper_id TEXT REFERENCES papers (id), at TEXT NOT NULL) STRICT;
CREATE INDEX answers_by_paper ON answers (paper_id);
CREATE VIRTUAL TABLE paper_words USING fts5 (
    id UNINDEXED, title, abstract, authors, entry, tokenize='porter unicode61'
);
CREATE TABLE unsaved_edits (paper_id TEXT PRIMARY KEY REFERENCES papers (id), data TEXT NOT NULL) STRICT;
CREATE VIEW standing AS
SELECT d.* FROM decisions AS d
WHERE d.verdict != 'undo' AND NOT EXISTS (SELECT 1 FROM decisions AS u WHERE u.undoes = d.number);
CREATE VIEW latest_decisions AS
SELECT s.* FROM standing AS s
WHERE s.number = (SELECT number FROM standing WHERE paper_id = s.paper_id ORDER BY at DESC, key DESC LIMIT 1);
CREATE VIEW latest_drafts AS
SELECT d.* FROM drafts AS d
WHERE d.number = (SELECT max(number) FROM drafts WHERE paper_id = d.paper_id);
CREATE VIEW stages AS
SELECT p.id AS paper_id, p.origin, p.added_at,
    CASE
        WHEN pub.stands THEN 'published'
        WHEN dec.verdict = 'accept' THEN 'accepted'
        WHEN dec.verdict = 'reject' THEN 'rejected'
        WHEN ent.paper_id IS NOT NULL THEN 'listed'
        WHEN dec.verdict = 'later' THEN 'later'
        WHEN p.origin = 'watch' AND coalesce(j.queued, 0) = 0 THEN 'watched'
        WHEN dra.paper_id IS NOT NULL THEN 'drafted'
        WHEN j.paper_id IS NOT NULL THEN 'queued'
        ELSE 'watched'
    END AS stage
FROM papers AS p
LEFT JOIN judgements AS j ON j.paper_id = p.id
LEFT JOIN latest_drafts AS dra ON dra.paper_id = p.id
LEFT JOIN latest_decisions AS dec ON dec.paper_id = p.id
LEFT JOIN publications AS pub ON pub.paper_id = p.id
LEFT JOIN (SELECT DISTINCT paper_id FROM entries) AS ent ON ent.paper_id = p.id
WHERE p.origin IN ('watch', 'person') OR ent.paper_id IS NOT NULL OR dec.paper_id IS NOT NULL;
INSERT INTO papers ("number", "id", "title", "title_key", "doi", "published", "version", "added_at", "data", "origin") VALUES (1, '2599.00001', 'Counting Glass Frogs', 'countingglassfrogs', NULL, NULL, 1, '2026-11-25T18:56:34.396779+00:00', '{"id":"2599.00001","title":"Counting Glass Frogs","abstract":"Counting Glass Frogs: all we know.","authors":["Ada Ranid","Bo Anura"]}', 'watch');
INSERT INTO papers ("number", "id", "title", "title_key", "doi", "published", "version", "added_at", "data", "origin") VALUES (2, '2599.00002', 'Toads That Sing', 'toadsthatsing', NULL, NULL, 1, '2026-11-25T18:56:34.456834+00:00', '{"id":"2599.00002","title":"Toads That Sing","abstract":"Toads That Sing: all we know.","authors":["Ada Ranid","Bo Anura"]}', 'watch');
INSERT INTO papers ("number", "id", "title", "title_key", "doi", "published", "version", "added_at", "data", "origin") VALUES (3, '2599.00003', 'Newts at Night', 'newtsatnight', NULL, NULL, 1, '2026-11-25T18:56:34.457652+00:00', '{"id":"2599.00003","title":"Newts at Night","abstract":"Newts at Night: all we know.","authors":["Ada Ranid","Bo Anura"]}', 'person');
INSERT INTO papers ("number", "id", "title", "title_key", "doi", "published", "version", "added_at", "data", "origin") VALUES (4, '2501.00001', 'A Listed Paper', 'alistedpaper', NULL, NULL, 1, '2026-11-25T18:56:34.463332+00:00', '{"id":"2501.00001","title":"A Listed Paper"}', 'list');
INSERT INTO papers ("number", "id", "title", "title_key", "doi", "published", "version", "added_at", "data", "origin") VALUES (5, '2501.00002', 'A Paper Beside', 'apaperbeside', NULL, NULL, 1, '2026-11-25T18:56:34.463637+00:00', '{"id":"2501.00002","title":"A Paper Beside"}', 'background');
INSERT INTO texts ("paper_id", "version", "source", "data") VALUES ('2599.00001', 1, 'pdf', '{"paper_id":"2599.00001","version":1,"source":"pdf","pages":[{"number":1,"text":"Frogs sing."}],"references":[{"text":"[1] Toads That Sing. 2099.","title":"Toads That Sing","arxiv_id":"2599.00002"}]}');
INSERT INTO passages ("number", "paper_id", "key", "ordinal", "section", "page", "start", "end", "text") VALUES (1, '2599.00001', 'p1', 0, 'Intro', 1, 0, 11, 'Frogs sing.');
INSERT INTO indexed ("model", "paper_id") VALUES ('minilm', '2599.00001');
INSERT INTO judgements ("paper_id", "queued", "basis", "data") VALUES ('2599.00001', 1, 'b1', '{"paper_id":"2599.00001","relevance":0.9,"queued":true,"sections":[{"section":["Frogs","Glass frogs"],"probability":0.8}],"basis":"b1"}');
INSERT INTO judgements ("paper_id", "queued", "basis", "data") VALUES ('2599.00002', 1, 'b1', '{"paper_id":"2599.00002","relevance":0.9,"queued":true,"sections":[{"section":["Frogs","Glass frogs"],"probability":0.8}],"basis":"b1"}');
INSERT INTO judgements ("paper_id", "queued", "basis", "data") VALUES ('2599.00003', 1, 'b1', '{"paper_id":"2599.00003","relevance":0.9,"queued":true,"sections":[{"section":["Frogs","Glass frogs"],"probability":0.8}],"basis":"b1"}');
INSERT INTO drafts ("number", "paper_id", "key", "by", "at", "data") VALUES (1, '2599.00001', 'k', 'rules', '2026-11-25T18:56:34.453744+00:00', '{"paper_id":"2599.00001","section":["Frogs","Glass frogs"],"facts":{"title":"Counting Glass Frogs"},"entry":"- Counting Glass Frogs\n","key":"k"}');
INSERT INTO drafts ("number", "paper_id", "key", "by", "at", "data") VALUES (2, '2599.00002', 'k', 'rules', '2026-11-25T18:56:34.457533+00:00', '{"paper_id":"2599.00002","section":["Frogs","Glass frogs"],"facts":{"title":"Toads That Sing"},"entry":"- Toads That Sing\n","key":"k"}');
INSERT INTO drafts ("number", "paper_id", "key", "by", "at", "data") VALUES (3, '2599.00003', 'k', 'rules', '2026-11-25T18:56:34.458047+00:00', '{"paper_id":"2599.00003","section":["Frogs","Glass frogs"],"facts":{"title":"Newts at Night"},"entry":"- Newts at Night\n","key":"k"}');
INSERT INTO drafts ("number", "paper_id", "key", "by", "at", "data") VALUES (4, '2599.00002', 'k2', 'tiny', '2026-11-25T18:56:34.463819+00:00', '{"paper_id":"2599.00002","section":["Frogs","Glass frogs"],"facts":{"title":"Toads That Sing"},"entry":"- T\n","by":"tiny","key":"k2","refused":[{"kind":"dataset","reason":"PondNet is no data set in its quote"}]}');
INSERT INTO publications ("paper_id", "section", "entry", "at", "stands") VALUES ('2599.00001', '["Frogs","Glass frogs"]', '- Counting Glass Frogs
', '2026-11-25T18:56:34.461925+00:00', 1);
INSERT INTO problems ("paper_id", "step", "message", "at") VALUES ('2599.00003', 'read', 'no PDF', '2026-11-25T18:56:34.462850+00:00');
INSERT INTO vectors ("model", "key", "vector") VALUES ('minilm', 'k1', X'003C0000');
INSERT INTO fetches ("number", "query", "since", "until", "position", "started_at", "finished_at", "reached") VALUES (1, 'q', '2099-01-01', '2099-01-07', 0, '2026-11-25T18:56:34.463130+00:00', '2026-11-25T18:56:34.463214+00:00', NULL);
INSERT INTO calls ("number", "paper_id", "purpose", "model", "prompt_key", "tokens_in", "tokens_out", "cost", "seconds", "reply", "at", "outcome", "kind", "reason", "max_tokens") VALUES (1, '2599.00002', 'draft', 'tiny', 'h1', 10, 5, 0.001, 1.5, '{}', '2026-11-25T18:56:34.463932+00:00', 'kept', '', '', 4000);
INSERT INTO calls ("number", "paper_id", "purpose", "model", "prompt_key", "tokens_in", "tokens_out", "cost", "seconds", "reply", "at", "outcome", "kind", "reason", "max_tokens") VALUES (2, '2599.00002', 'draft', 'tiny', 'h2', 10, 5, 0.001, 1.5, '{}', '2026-11-25T18:56:34.464049+00:00', 'kept in part', 'summary', 'it is empty', 4000);
INSERT INTO calls ("number", "paper_id", "purpose", "model", "prompt_key", "tokens_in", "tokens_out", "cost", "seconds", "reply", "at", "outcome", "kind", "reason", "max_tokens") VALUES (3, '2599.00002', 'draft', 'tiny', 'h3', 10, 5, 0.001, 1.5, '{}', '2026-11-25T18:56:34.464102+00:00', 'refused', 'no JSON', 'the reply holds no whole JSON object', 4000);
INSERT INTO calls ("number", "paper_id", "purpose", "model", "prompt_key", "tokens_in", "tokens_out", "cost", "seconds", "reply", "at", "outcome", "kind", "reason", "max_tokens") VALUES (4, '2599.00002', 'draft', 'tiny', 'h4', 10, 5, 0.001, 1.5, NULL, '2026-11-25T18:56:34.464152+00:00', 'no reply', '', 'the server did not answer within 5 s', 4000);
INSERT INTO meta ("name", "value") VALUES ('workspace', '03d095c4');
INSERT INTO meta ("name", "value") VALUES ('background', '2099-01-07');
INSERT INTO citations ("key", "paper_id") VALUES ('arxiv:2599.00002', '2599.00001');
INSERT INTO citations ("key", "paper_id") VALUES ('title:toadsthatsing', '2599.00001');
INSERT INTO decisions ("number", "key", "paper_id", "verdict", "section", "entry", "note", "undoes", "at", "person", "session") VALUES (1, '7fe61ef2d5957f09', '2599.00001', 'accept', '["Frogs","Glass frogs"]', '- Counting Glass Frogs
', NULL, NULL, '2099-01-08T09:30:00.000000+00:00', 'root', 'b4e0e3d3');
INSERT INTO decisions ("number", "key", "paper_id", "verdict", "section", "entry", "note", "undoes", "at", "person", "session") VALUES (2, 'd630cc4d1db3d935', '2599.00002', 'later', '[]', NULL, NULL, NULL, '2099-01-08T10:30:00.000000+00:00', 'root', 'b4e0e3d3');
INSERT INTO decisions ("number", "key", "paper_id", "verdict", "section", "entry", "note", "undoes", "at", "person", "session") VALUES (3, '0643597e0db981cd', '2599.00002', 'reject', '[]', NULL, NULL, NULL, '2099-01-08T11:30:00.000000+00:00', 'root', 'b4e0e3d3');
INSERT INTO decisions ("number", "key", "paper_id", "verdict", "section", "entry", "note", "undoes", "at", "person", "session") VALUES (4, '0024476d7a0bd072', '2599.00002', 'undo', '[]', NULL, NULL, 3, '2099-01-08T11:30:00.000001+00:00', 'root', 'b4e0e3d3');
INSERT INTO aliases ("alias", "paper_id") VALUES ('arxiv:2501.00001', '2501.00001');
INSERT INTO aliases ("alias", "paper_id") VALUES ('title:alistedpaper', '2501.00001');
INSERT INTO aliases ("alias", "paper_id") VALUES ('arxiv:2501.00002', '2501.00002');
INSERT INTO aliases ("alias", "paper_id") VALUES ('title:apaperbeside', '2501.00002');
INSERT INTO aliases ("alias", "paper_id") VALUES ('arxiv:2599.00001', '2599.00001');
INSERT INTO aliases ("alias", "paper_id") VALUES ('title:countingglassfrogs', '2599.00001');
INSERT INTO aliases ("alias", "paper_id") VALUES ('arxiv:2599.00002', '2599.00002');
INSERT INTO aliases ("alias", "paper_id") VALUES ('title:toadsthatsing', '2599.00002');
INSERT INTO aliases ("alias", "paper_id") VALUES ('arxiv:2599.00003', '2599.00003');
INSERT INTO aliases ("alias", "paper_id") VALUES ('title:newtsatnight', '2599.00003');
INSERT INTO answers ("key", "paper_id", "at") VALUES ('2501.00001', '2501.00001', '2026-11-25T18:56:34.463277+00:00');
INSERT INTO paper_words ("rowid", "id", "title", "abstract", "authors", "entry") VALUES (1, '2599.00001', 'Counting Glass Frogs', 'Counting Glass Frogs: all we know.', 'Ada Ranid, Bo Anura', '');
INSERT INTO paper_words ("rowid", "id", "title", "abstract", "authors", "entry") VALUES (2, '2599.00002', 'Toads That Sing', 'Toads That Sing: all we know.', 'Ada Ranid, Bo Anura', '');
INSERT INTO paper_words ("rowid", "id", "title", "abstract", "authors", "entry") VALUES (3, '2599.00003', 'Newts at Night', 'Newts at Night: all we know.', 'Ada Ranid, Bo Anura', '');
INSERT INTO unsaved_edits ("paper_id", "data") VALUES ('2599.00003', '{"section":["Frogs","Glass frogs"],"entry":"- Newts at Dusk\n","note":"ask Bo","new_section":true}');
PRAGMA user_version = 10;
