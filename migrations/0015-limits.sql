-- Answers have links and images only to places that a cited passage names, unless the bot allows all.
ALTER TABLE bots
  ADD COLUMN links text NOT NULL DEFAULT 'cited' CHECK (links IN ('cited', 'all'));
