/** The attempt no longer owns its document: the document was deleted, or another worker took it over. */
export class LostDocument extends Error {}
