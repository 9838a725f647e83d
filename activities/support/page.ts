/** A page of a system for people to open, without what the system's address may hold of credentials. @param path relative to the address */
export function pageOf(address: string, path: string): string {
  const url = new URL(address.endsWith('/') ? address : `${address}/`);
  url.username = '';
  url.password = '';
  return new URL(path, url).href;
}
