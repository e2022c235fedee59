/**
 * Loads acorn and eslint-scope at the first capture. It is CommonJS, so that bundlers of users can follow its require().
 *
 * An ES module bundle made by esbuild has no require(), but eslint-scope loads node:assert with it. esbuild's
 * replacement calls a global require() if one exists. So define one while eslint-scope loads.
 */
function hasRequire() {
  try {
    require("node:assert");
    return true;
  } catch {
    return false;
  }
}

exports.loadParser = () => {
  const missing = !hasRequire();
  if (missing) globalThis.require = (name) => process.getBuiltinModule(name);
  try {
    return { acorn: require("acorn"), eslintScope: require("eslint-scope") };
  } finally {
    if (missing) delete globalThis.require;
  }
};
