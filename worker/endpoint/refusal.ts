/** A request that is not obeyed: the status of its answer, and why in words for whoever asked. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 503,
    reason: string,
    readonly headers: { [header: string]: string } = {},
  ) {
    super(reason);
  }
}
