import type { KeyboardEvent } from 'react';

/** The key code of a key press that an input method takes, in browsers that tell it no other way. */
const TAKEN_BY_INPUT_METHOD = 229;

/** Whether a key press sends: Enter, but not while a Korean syllable is being composed, and not Shift+Enter. */
export function isSendKey({ key, shiftKey, keyCode, nativeEvent }: KeyboardEvent): boolean {
  return key === 'Enter' && !shiftKey && !nativeEvent.isComposing && keyCode !== TAKEN_BY_INPUT_METHOD;
}
