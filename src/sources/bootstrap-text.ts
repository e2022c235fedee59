import { MODULE_TEXT } from "../python/module-text.js";

/**
 * Python that runs in the server's worker when a deployed data source is first loaded. It is the same
 * for every source; only the arguments differ.
 *
 * Errors of loading carry a marker. It lets the client tell them from errors of the class itself, which
 * Spark asks for its schema without any option.
 *
 * The returned classes are marked to be pickled by value: a streaming query's own Python processes
 * never see the session's files, so the code must travel with the object.
 */
export const BOOTSTRAP: string = `${MODULE_TEXT}

def _checked(source_class, expected_name):
    from pyspark.sql.datasource import DataSource

    if not (isinstance(source_class, type) and issubclass(source_class, DataSource)):
        raise TypeError(f"{source_class!r} is not a subclass of pyspark.sql.datasource.DataSource")
    declared = source_class.name()
    if expected_name is None:
        raise LookupError(f"[SPARKTIDE_DECLARED_NAME] {declared}")
    if declared.lower() != expected_name.lower():
        raise ValueError(
            f"class {source_class.__name__} has name() {declared!r}, "
            f"but is registered as {expected_name!r}"
        )
    return source_class


def _marked(load):
    def load_or_fail(*arguments):
        try:
            return load(*arguments)
        except BaseException as error:
            reason = f"{type(error).__name__}: {error}"
            raise ImportError(f"[SPARKTIDE_LOAD_FAILED] {reason}") from error

    return load_or_fail


def _packaged_module(zip_name, module_name):
    import importlib
    import os
    import sys

    from pyspark import cloudpickle

    archive = next((p for p in sys.path if os.path.basename(p) == zip_name), None)
    if archive is None:
        raise ImportError(f"{zip_name} has not reached this worker: register the source again")
    # Workers are reused: another version of the package may be imported already, or precede this one
    # on the path.
    sys.path.remove(archive)
    sys.path.insert(0, archive)
    top = module_name.partition(".")[0]
    inside = archive + os.sep
    for name in [n for n in sys.modules if n == top or n.startswith(top + ".")]:
        if not (getattr(sys.modules[name], "__file__", None) or "").startswith(inside):
            del sys.modules[name]
    importlib.invalidate_caches()
    module = importlib.import_module(module_name)
    if not (module.__file__ or "").startswith(inside):
        raise ImportError(f"{module_name} was imported from {module.__file__}, not from {zip_name}")
    cloudpickle.register_pickle_by_value(sys.modules[top])
    return module


@_marked
def load_package(zip_name, module_name, class_name, expected_name):
    module = _packaged_module(zip_name, module_name)
    return _checked(_attribute(module, class_name, zip_name, "class"), expected_name)


@_marked
def load_connector(zip_name, definition, by_reference, classes, expected_name):
    import base64
    import json
    import pickle

    module = _packaged_module(zip_name, "sparktide_sources.connector")
    loaded = {
        table: pickle.loads(base64.b64decode(text)) for table, text in json.loads(classes).items()
    }
    return _checked(
        module.connector_class(definition, by_reference == "true", loaded), expected_name
    )


@_marked
def load_source(source, module_name, file_name, class_name, expected_name):
    module = _module_from(source, module_name, file_name)
    return _checked(_attribute(module, class_name, file_name, "class"), expected_name)
`;
