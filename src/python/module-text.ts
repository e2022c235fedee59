/**
 * Python code that turns a text into a module on the server. Every payload with user code begins with it.
 */
export const MODULE_TEXT: string = `
def _module_from(source, module_name, file_name):
    import io
    import linecache
    import sys
    import types

    module = types.ModuleType(module_name)
    module.__file__ = file_name
    # Without a modification time linecache does not check the file: tracebacks show these lines.
    lines = io.StringIO(source, newline=None).readlines()
    linecache.cache[file_name] = (len(source), None, lines, file_name)
    # Dataclasses look up their module while the text runs. Remove it afterwards: cloudpickle
    # pickles by value only what belongs to a module that cannot be imported.
    sys.modules[module_name] = module
    try:
        exec(compile(source, file_name, "exec", dont_inherit=True), module.__dict__)
    finally:
        sys.modules.pop(module_name, None)
    return module


def _attribute(module, name, origin, kind):
    try:
        return getattr(module, name)
    except AttributeError:
        raise AttributeError(f"{origin} has no {kind} {name!r}; {_defined(module)}") from None


def _defined(module):
    package = module.__name__.partition(".")[0]
    names = sorted(
        name
        for name, value in vars(module).items()
        if callable(value)
        and (getattr(value, "__module__", None) or "").partition(".")[0] == package
    )
    return f"it defines {names}"
`;
