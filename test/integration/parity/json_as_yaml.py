"""Lets PySpark's pipelines CLI read a spec in JSON, which YAML includes.

The CLI imports PyYAML, which is no dependency of PySpark, so the test's Python does not have it.
"""

import importlib.machinery
import json
import sys
import types

yaml = types.ModuleType("yaml")
yaml.__spec__ = importlib.machinery.ModuleSpec("yaml", None)
yaml.safe_load = json.load  # type: ignore[attr-defined]
sys.modules["yaml"] = yaml
