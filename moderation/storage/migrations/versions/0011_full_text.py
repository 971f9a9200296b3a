"""Full-text search over the words of comments."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SQLITE = (
    "CREATE TABLE fts_map (id INTEGER PRIMARY KEY, comment_id VARCHAR(64) NOT NULL, number INTEGER NOT NULL)",
    "CREATE UNIQUE INDEX ix_fts_map ON fts_map (comment_id, number)",
    "CREATE VIRTUAL TABLE comment_fts USING fts5(site, words, content='', tokenize='unicode61 remove_diacritics 2')",
    """CREATE TRIGGER revision_search_insert AFTER INSERT ON revision BEGIN
         INSERT INTO fts_map (comment_id, number) VALUES (new.comment_id, new.number);
         INSERT INTO comment_fts (rowid, site, words) SELECT id, new.site_id,
           coalesce(new.text, '') || ' ' || coalesce(new.title, '') || ' ' || coalesce(new.name, '')
           FROM fts_map WHERE comment_id = new.comment_id AND number = new.number;
       END""",
    """CREATE TRIGGER revision_search_update AFTER UPDATE OF text, title, name ON revision BEGIN
         INSERT INTO comment_fts (comment_fts, rowid, site, words) SELECT 'delete', id, old.site_id,
           coalesce(old.text, '') || ' ' || coalesce(old.title, '') || ' ' || coalesce(old.name, '')
           FROM fts_map WHERE comment_id = old.comment_id AND number = old.number;
         INSERT INTO comment_fts (rowid, site, words) SELECT id, new.site_id,
           coalesce(new.text, '') || ' ' || coalesce(new.title, '') || ' ' || coalesce(new.name, '')
           FROM fts_map WHERE comment_id = new.comment_id AND number = new.number;
       END""",
    """CREATE TRIGGER revision_search_delete AFTER DELETE ON revision BEGIN
         INSERT INTO comment_fts (comment_fts, rowid, site, words) SELECT 'delete', id, old.site_id,
           coalesce(old.text, '') || ' ' || coalesce(old.title, '') || ' ' || coalesce(old.name, '')
           FROM fts_map WHERE comment_id = old.comment_id AND number = old.number;
         DELETE FROM fts_map WHERE comment_id = old.comment_id AND number = old.number;
       END""",
    "INSERT INTO fts_map (comment_id, number) SELECT comment_id, number FROM revision ORDER BY comment_id, number",
    """INSERT INTO comment_fts (rowid, site, words) SELECT m.id, r.site_id,
         coalesce(r.text, '') || ' ' || coalesce(r.title, '') || ' ' || coalesce(r.name, '')
         FROM fts_map m JOIN revision r ON r.comment_id = m.comment_id AND r.number = m.number""",
)
POSTGRESQL = (
    "CREATE INDEX ix_fts_revision ON revision USING gin (to_tsvector('simple'::regconfig, "
    "coalesce(text, '') || ' ' || coalesce(title, '') || ' ' || coalesce(name, '')))",
)


def upgrade() -> None:
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for trigger in ("insert", "update", "delete"):
            op.execute(f"DROP TRIGGER revision_search_{trigger}")
        op.execute("DROP TABLE comment_fts")
        op.execute("DROP TABLE fts_map")
    else:
        op.execute("DROP INDEX ix_fts_revision")
