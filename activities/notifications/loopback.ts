/** True for a host that is this machine itself: nothing that is sent there can be read on the way. */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
