-- An answer can be given again and a question changed. The older message keeps its usage and rating, but no longer
-- stands in its conversation: replaced_at is set. replaced_by is the message that stands in its place; null where the
-- message was dropped because an earlier one changed. question_id is what an answer answers; null on older answers.
-- No foreign keys: all messages of a conversation are deleted together.
ALTER TABLE messages
  ADD COLUMN question_id uuid,
  ADD COLUMN replaced_at timestamptz,
  ADD COLUMN replaced_by uuid;
