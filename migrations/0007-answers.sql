-- Documents carry the title that readers see, can be switched off, and remember where they came from.
ALTER TABLE documents
  ADD COLUMN title text NOT NULL DEFAULT '',
  ADD COLUMN enabled boolean NOT NULL DEFAULT true,
  ADD COLUMN source_url text;
UPDATE documents SET title = regexp_replace(filename, '\.[^.]{1,8}$', '');

-- Where the lines of a passage lie on its page: [{page, left, top, width, height}], fractions of the page.
ALTER TABLE chunks ADD COLUMN boxes jsonb;

-- Without a limit of its own a bot uses the calibration of the embedding model; 0.2 was the old default.
ALTER TABLE bots
  ALTER COLUMN min_score DROP NOT NULL,
  ADD COLUMN greeting text NOT NULL DEFAULT '',
  ADD COLUMN starters text[] NOT NULL DEFAULT '{}',
  ADD COLUMN filter jsonb;
UPDATE bots SET min_score = NULL WHERE min_score = 0.2::real;

ALTER TABLE conversations
  ADD COLUMN pinned boolean NOT NULL DEFAULT false;

-- What became of a question, for the review list; null on questions and on answers from before.
ALTER TABLE messages
  ADD COLUMN outcome text CHECK (outcome IN ('answered', 'no_context', 'unverified', 'error', 'small_talk')),
  ADD COLUMN tentative boolean NOT NULL DEFAULT false;

ALTER TABLE teams
  ADD COLUMN timezone text NOT NULL DEFAULT 'Asia/Seoul',
  ADD COLUMN question_review boolean NOT NULL DEFAULT true;
