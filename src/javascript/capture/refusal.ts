/** Why a value or a function cannot be captured. The capture adds the path to it. */
export class Refusal {
  readonly what: string;
  readonly advice: string;

  /**
   * @param what continues a sentence that begins with the path: `is a Promise`
   * @param advice a whole sentence
   */
  constructor(what: string, advice: string) {
    this.what = what;
    this.advice = advice;
  }
}
