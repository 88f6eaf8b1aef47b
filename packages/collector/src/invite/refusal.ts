/** Why a guest is not served; its text is the answer, one line. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  /** Status of the answer over HTTP. */
  readonly status: number;

  constructor(status: number, text: string) {
    super(text);
    this.status = status;
  }
}
