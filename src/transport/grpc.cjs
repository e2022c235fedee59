/**
 * Loads grpc-js for both builds: scripts/build.mjs replaces imports of grpc-js with this file. It is CommonJS, as grpc-js is.
 *
 * An ES module bundle made by esbuild has no require(), but the modules of grpc-js in it load Node's modules with
 * require(). esbuild's replacement calls a global require() if one exists. So define one while grpc-js loads.
 */
function hasRequire() {
  try {
    require("node:http2");
    return true;
  } catch {
    return false;
  }
}

const missing = !hasRequire();
if (missing) {
  globalThis.require = (name) => {
    const found = process.getBuiltinModule(name);
    if (found === undefined) throw new Error(`Cannot find module '${name}'`);
    return found;
  };
}
module.exports = require("@grpc/grpc-js");
if (missing) delete globalThis.require;
