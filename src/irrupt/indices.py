"""Indices that count from 0 on: a pass of the compiler that leaves out what Python does with those below.

Python takes an index below 0 as one from the end, so each index that is not known to be 0 or more is compared with 0
first: one instruction in six of the work loop. What is compiled here never counts from the end (the tests run it as
plain Python, in which that is an error); so its indices are taken as what has no sign, which are compared with nothing.
"""

from __future__ import annotations

import gc
from typing import Any

from numba import types
from numba.core import ir
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import FunctionPass, register_pass
from numba.core.typed_passes import NopythonRewrites


def unsigned(index: Any) -> Any:
    """The type of an *index* that is 0 or more; what is no whole number, such as a slice, stays what it is.

    >>> unsigned(types.UniTuple(types.intp, 2))
    UniTuple(uint64, 2)
    """
    if isinstance(index, types.BaseTuple):
        return types.Tuple([unsigned(one) for one in index])  # type: ignore[attr-defined, no-untyped-call]
    return types.uintp if isinstance(index, types.Integer) else index


@register_pass(mutates_CFG=False, analysis_only=False)  # type: ignore[no-untyped-call]
class FromZero(FunctionPass):
    """Whatever is read from an array or put into it is so by an index that is 0 or more."""

    _name = "irrupt_from_zero"

    def __init__(self) -> None:
        FunctionPass.__init__(self)  # type: ignore[no-untyped-call]

    def run_pass(self, state: Any) -> bool:
        """Change the types by which what is about to be lowered reads and writes."""
        for block in state.func_ir.blocks.values():
            read = [one for one in block.find_exprs("getitem") if one in state.calltypes]
            for access in (*read, *block.find_insts(ir.SetItem)):
                called = state.calltypes.pop(access)
                array, index, *value = called.args
                if isinstance(array, types.Array):
                    called = called.replace(args=(array, unsigned(index), *value))
                state.calltypes[access] = called
        return True


class Pipeline(CompilerBase):
    """The usual one, with that pass, and without looking for what can be thrown away."""

    def define_pipelines(self) -> list[Any]:
        """In the order in which they are tried: there is one."""
        manager = DefaultPassBuilder.define_nopython_pipeline(self.state)  # type: ignore[no-untyped-call]
        manager.add_pass_after(FromZero, NopythonRewrites)
        manager.finalize()
        return [manager]

    def compile_extra(self, func: Any) -> Any:
        """What is no longer needed is thrown away afterwards: to look for it again and again, among all that a compiler
        remembers, takes an eighth of the time."""
        collects = gc.isenabled()
        gc.disable()
        try:
            return super().compile_extra(func)  # type: ignore[no-untyped-call]
        finally:
            if collects:
                gc.enable()
