-- The catalog: one row an image. `document` is the whole record as JSON (stores/catalog/records.py);
-- the columns repeat what is searched, sorted or compared.
CREATE TABLE images (
    image_id TEXT NOT NULL PRIMARY KEY,
    bucket TEXT NOT NULL,
    key BLOB NOT NULL, -- UTF-8; not TEXT, because file names exist that are not valid Unicode
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL, -- microseconds since 1970, UTC
    revision INTEGER NOT NULL,
    position INTEGER NOT NULL, -- counts every write of any image, so that a reader can ask what came since
    document TEXT NOT NULL
);

CREATE INDEX images_by_time ON images (created_at DESC, image_id DESC);

CREATE INDEX images_by_status ON images (status, created_at DESC, image_id DESC);

CREATE INDEX images_by_key ON images (bucket, key) WHERE status <> 'DELETED';

CREATE UNIQUE INDEX images_by_position ON images (position);

-- Counted as rows change: counting a million of them at every scrape of /metrics costs 50 ms.
CREATE TABLE image_counts (
    status TEXT NOT NULL PRIMARY KEY,
    images INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TRIGGER image_counted AFTER INSERT ON images
BEGIN
    INSERT INTO image_counts (status, images) VALUES (new.status, 1)
    ON CONFLICT (status) DO UPDATE SET images = images + 1;
END;

CREATE TRIGGER image_recounted AFTER UPDATE OF status ON images WHEN old.status IS NOT new.status
BEGIN
    UPDATE image_counts SET images = images - 1 WHERE status = old.status;
    INSERT INTO image_counts (status, images) VALUES (new.status, 1)
    ON CONFLICT (status) DO UPDATE SET images = images + 1;
END;

CREATE TRIGGER image_discounted AFTER DELETE ON images
BEGIN
    UPDATE image_counts SET images = images - 1 WHERE status = old.status;
END;

-- Whose a stored variant is. Two originals share keys where the recipe's template lets them.
CREATE TABLE variants (
    key TEXT NOT NULL PRIMARY KEY,
    image_id TEXT NOT NULL REFERENCES images (image_id) ON DELETE CASCADE
) WITHOUT ROWID;

CREATE INDEX variants_by_image ON variants (image_id);
