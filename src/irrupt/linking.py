"""Pieces that are compiled only as parts of something else: passes of the compiler that leave out what nobody calls.

Numba improves whatever it compiles and makes machine code of it, before it puts it into what calls it, where all is
improved and made into machine code once more: a tenth of what compiling the work loop took. Pieces are handed on as
they are. And what calls them is improved once, when they are in their places, not before as well.
"""

from __future__ import annotations

from typing import Any

from numba.core.codegen import JITCodeLibrary
from numba.core.compiler_machinery import FunctionPass, register_pass

from irrupt.indices import FromZero
from irrupt.indices import Pipeline as Usual

KNOWN = (
    "_ensure_finalized",
    "_finalize_dynamic_globals",
    "_finalize_final_module",
    "_optimize_final_module",
    "_optimize_functions",
)
if not all(hasattr(JITCodeLibrary, name) for name in (*KNOWN, "codegen", "get_pointer_to_function")):
    raise ImportError("this Numba makes code in another way")


class NoAddress:
    """In the place of what runs: it has no place for the environment of a piece, which nobody enters from Python."""

    def set_env(self, name: str, environment: object) -> None:
        """Nothing to set."""


class Linked(JITCodeLibrary):
    """Code that is there to be linked into other code, and is never run by itself."""

    codegen = NoAddress()

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()  # type: ignore[no-untyped-call]
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:
        """It has none."""
        self._ensure_finalized()  # type: ignore[no-untyped-call]
        return 0


class Whole(JITCodeLibrary):
    """Code that is improved when all that it calls is in its place."""

    def _optimize_functions(self, ll_module: Any) -> None:
        ll_module.data_layout = self._codegen._data_layout


class _Choice(FunctionPass):
    """What is about to be lowered goes into a library of its own kind."""

    def __init__(self) -> None:
        FunctionPass.__init__(self)  # type: ignore[no-untyped-call]

    def run_pass(self, state: Any) -> bool:
        """Choose the library."""
        state.library = self.library(state.targetctx.codegen(), state.func_id.func_qualname)
        return True

    def library(self, codegen: Any, name: str) -> JITCodeLibrary:
        """The library."""
        raise NotImplementedError


@register_pass(mutates_CFG=False, analysis_only=False)  # type: ignore[no-untyped-call]
class ToBeLinked(_Choice):
    """Into one that is only linked into others."""

    _name = "irrupt_to_be_linked"

    def library(self, codegen: Any, name: str) -> JITCodeLibrary:
        """The library."""
        return Linked(codegen, name)  # type: ignore[no-untyped-call]


@register_pass(mutates_CFG=False, analysis_only=False)  # type: ignore[no-untyped-call]
class ToBeImprovedOnce(_Choice):
    """Into one that is improved as a whole, and kept."""

    _name = "irrupt_to_be_improved_once"

    def library(self, codegen: Any, name: str) -> JITCodeLibrary:
        """The library."""
        found = Whole(codegen, name)  # type: ignore[no-untyped-call]
        found.enable_object_caching()  # type: ignore[no-untyped-call]
        return found


class Pipeline(Usual):
    """That of `irrupt.indices`, with a choice of the library too."""

    choice: type[_Choice] = ToBeLinked

    def define_pipelines(self) -> list[Any]:
        """In the order in which they are tried: there is one."""
        (manager,) = super().define_pipelines()
        manager.add_pass_after(self.choice, FromZero)
        manager.finalize()
        return [manager]


class OncePipeline(Pipeline):
    """The same, for what is improved once."""

    choice = ToBeImprovedOnce
