/** Counts up with every change that an older side would misread. */
export const PROTOCOL_VERSION = 5;
