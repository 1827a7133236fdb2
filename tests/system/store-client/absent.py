"""Stands in for imports of the package that its client does not need and that are not installed."""

import abc
import importlib.abc
import importlib.machinery
import sys
import types

ABSENT = {"litellm", "agentops", "gpustat", "psutil", "openai", "setproctitle", "rich", "flask", "backoff", "graphviz"}


class Anything(abc.ABCMeta):
    def __getattr__(cls, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return nothing(name)


def nothing(name):
    return Anything(name, (), {"__init__": lambda self, *args, **more: None})


class Module(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return nothing(name)


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] in ABSENT:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        return Module(spec.name)

    def exec_module(self, module):
        pass


sys.meta_path.append(Finder())
