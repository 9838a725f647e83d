/** An ISO 8601 time in UTC as people read it, to the second. */
export const secondsOf = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 19)}Z`;
