/** What is wrong with a file, in words; who knows where the file came from makes a CoxswainError of it. */
export class Malformed extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'Malformed';
  }
}
