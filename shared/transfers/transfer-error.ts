/** A transfer that cannot succeed, however often it is tried. The message is shown to the person who started it. */
export class TransferError extends Error {}
