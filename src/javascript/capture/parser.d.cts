import type * as Acorn from "acorn";
import type * as EslintScope from "eslint-scope";

/** Loads the libraries that parse JavaScript and find its scopes. */
export declare function loadParser(): {
  readonly acorn: typeof Acorn;
  readonly eslintScope: typeof EslintScope;
};
