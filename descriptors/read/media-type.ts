const MEDIA_TYPE = /^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}(\s*;.*)?$/;

/** True for `type/subtype`, with parameters or without (RFC 6838, R101). */
export const isMediaType = (value: unknown): boolean => typeof value === 'string' && MEDIA_TYPE.test(value);
