/** What a message without a question for the documents is about. */
export type SmallTalkTopic =
  | 'greeting'
  | 'thanks'
  | 'goodbye'
  | 'identity'
  | 'capability'
  | 'complaint'
  | 'remark';

/** A person's own introduction is small talk only beside a greeting: alone it may answer a question. */
export type PhraseTopic = SmallTalkTopic | 'introduction';

/** Phrases by topic, as sources of regular expressions. */
export type TalkPhrases = [PhraseTopic, string[]][];
