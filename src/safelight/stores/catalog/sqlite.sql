-- Every query of the SQLite catalog; stores/catalog/sqlite.py runs them by name.

-- name: get
SELECT document FROM images WHERE image_id = :image_id

-- name: create
-- Changes no row when there is one already.
INSERT INTO images (image_id, bucket, key, status, created_at, revision, position, document)
VALUES (
    :image_id,
    :bucket,
    :key,
    :status,
    :created_at,
    :revision,
    (SELECT coalesce(max(position), 0) + 1 FROM images),
    :document
)
ON CONFLICT (image_id) DO NOTHING

-- name: swap
-- Changes no row unless the stored revision is the expected one.
UPDATE images
SET
    status = :status,
    created_at = :created_at,
    revision = :revision,
    position = (SELECT max(position) + 1 FROM images),
    document = :document
WHERE image_id = :image_id AND revision = :expected_revision

-- name: first_page
SELECT document FROM images ORDER BY created_at DESC, image_id DESC LIMIT :limit

-- name: next_page
SELECT document FROM images
WHERE (created_at, image_id) < (:created_at, :image_id)
ORDER BY created_at DESC, image_id DESC LIMIT :limit

-- name: first_page_of_status
SELECT document FROM images
WHERE status = :status
ORDER BY created_at DESC, image_id DESC LIMIT :limit

-- name: next_page_of_status
SELECT document FROM images
WHERE status = :status AND (created_at, image_id) < (:created_at, :image_id)
ORDER BY created_at DESC, image_id DESC LIMIT :limit

-- name: counts
SELECT status, images FROM image_counts

-- name: present_position
SELECT coalesce(max(position), 0) FROM images

-- name: changes
SELECT position, document FROM images WHERE position > :after ORDER BY position LIMIT :limit

-- name: keys_below
SELECT key FROM images
WHERE bucket = :bucket AND key > :after AND key < :end AND status <> 'DELETED'
ORDER BY key LIMIT :limit

-- name: owner
SELECT image_id FROM variants WHERE key = :key

-- name: variant_keys
SELECT key FROM variants WHERE image_id = :image_id

-- name: keep_variant
-- The image that wrote the object last owns it.
INSERT INTO variants (key, image_id) VALUES (:key, :image_id)
ON CONFLICT (key) DO UPDATE SET image_id = excluded.image_id

-- name: forget_variant
DELETE FROM variants WHERE key = :key AND image_id = :image_id
