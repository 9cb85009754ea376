-- How often a document ended the process that read it, in memory or time. It is not read a third time. A document that
-- was indexed starts from 0 again.
ALTER TABLE documents ADD COLUMN reader_ends smallint NOT NULL DEFAULT 0;
