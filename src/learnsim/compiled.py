"""Compiled code: how plain functions are compiled to machine code, and where it is stored.

A cached kernel would still run an old rule after the file of the rule was edited, since numba checks only the
file of the kernel itself. So the cache folder's name is a hash of all the package's sources.
"""

from __future__ import annotations

import contextlib
import hashlib
import multiprocessing
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba.core.ccallback import CFunc
from numba.extending import register_jitable

from learnsim.cachefolder import Place, find_place
from learnsim.machine import shortage

Function = TypeVar("Function", bound=Callable[..., Any])


@cache
def source_hash() -> str:
    """Return 16 hexadecimal digits that change whenever any source file of the package changes.

    Models in files that come as experiments are no part of it: an installation has them inside, a checkout beside it.
    """
    digest = hashlib.sha256()
    root = Path(__file__).parent
    for path in sorted(path for path in root.rglob("*.py") if path.relative_to(root).parts[0] != "shipped_experiments"):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@cache
def _place() -> Place:
    return find_place(f"kernels-{source_hash()}")


def cache_folder() -> Path | None:
    """Return the folder of the compiled kernels, created if necessary, or None if there is none."""
    return _place().folder


def kernel(function: Function) -> Function:
    """Compile a static, module-level function when first called.

    The machine code is stored in :func:`cache_folder`. Floating point stays strict (no fastmath, no fused
    multiply-add), so that compiled and plain Python agree in every bit.
    """
    return _compiled(function, unlocked=False)


def long_kernel(function: Function) -> Function:
    """Like :func:`kernel`, but it runs without the interpreter lock.

    Only for work of a tenth of a millisecond or more: acquiring the lock again can take as long.
    """
    return _compiled(function, unlocked=True)


def lean_kernel(function: Function) -> Function:
    """Like :func:`long_kernel`, but it counts no references to arrays, so it must not create any.

    Counting takes more time than the work itself where a long loop calls many small phases with many arrays.
    """
    return _compiled(function, unlocked=True, _nrt=False)


def _compiled(function: Function, *, unlocked: bool, **options: Any) -> Function:
    compiled: Any = numba.njit(function, nogil=unlocked, error_model="numpy", no_cfunc_wrapper=True, **options)
    if not numba.config.DISABLE_JIT:
        _cache_code_of(compiled)
    return compiled  # type: ignore[no-any-return]


def _cache_code_of(compiled: Any) -> None:
    """Let numba store the machine code of a function in our folder, if there is one."""
    folder, before = cache_folder(), numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(folder or "")
    try:
        if folder is not None:
            compiled.enable_caching()
    except RuntimeError as error:  # numba has no folder for its cache
        _report_once(error)
    finally:
        numba.config.CACHE_DIR = before
    _tolerate_cache_errors(compiled._cache)


def as_argument(function: Callable[..., None], *arguments: Any) -> Any:
    """Return a function compiled for such arguments, as kernels take it for an argument of their own.

    It is compiled only if it is asked for, and by itself: a kernel that is given it need not be compiled with it.
    """
    if numba.config.DISABLE_JIT:
        return function
    if function not in _as_arguments:
        signature = tuple(map(numba.typeof, arguments)), numba.void
        compiled: Any = CFunc(function, signature, {}, {"error_model": "numpy"})
        _cache_code_of(compiled)
        compiled.compile()
        compiled._numba_type_ = numba.typeof(compiled)  # or each call would find it out anew, in .02 ms
        _as_arguments[function] = compiled
    return _as_arguments[function]


_as_arguments: dict[Callable[..., None], Any] = {}


def _tolerate_cache_errors(cache: Any) -> None:
    """Make a cache that is full, damaged or missing cost only time: what cannot be read is compiled again.

    A lack of memory remains an error: the compiler would need even more of it.
    """
    load, save = cache.load_overload, cache.save_overload

    def load_overload(*signature: Any) -> Any:
        _report_folder()
        try:
            return load(*signature)
        except Exception as error:
            if shortage(error):
                raise
            _report_once(error)
            with contextlib.suppress(OSError):
                cache.flush()
            return None

    def save_overload(*compiled: Any) -> None:
        try:
            save(*compiled)
        except Exception as error:
            if shortage(error):
                raise
            _report_once(error)

    cache.load_overload, cache.save_overload = load_overload, save_overload


@cache
def _report_folder() -> None:
    """Report once that kernels are not stored in the usual folder: in the first process, when one is needed."""
    note = _place().note
    if note and multiprocessing.parent_process() is None:
        sys.stderr.write(f"note: {note}\n")


_reported: list[str] = []


def _report_once(error: Exception) -> None:
    if not _reported:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        _reported.append(reason)
        note = f"compiled kernels in {cache_folder()} could not be read or stored ({reason}); they are compiled again"
        sys.stderr.write(f"note: {note}\n")


def phase(function: Function) -> Function:
    """Compile a function as a part of the kernels that call it: Python cannot call it, which saves time of compilation.

    Each literal among its arguments would be compiled anew: ``np.int64(0)`` is not, ``0`` is.
    """
    return numba.njit(function, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)


def lean_phase(function: Function) -> Function:
    """Like :func:`phase`, as a part of a :func:`lean_kernel`."""
    return numba.njit(function, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True, _nrt=False)


def rule(function: Function) -> Function:
    """Make a plain function callable from kernels too; elsewhere it stays plain Python."""
    return register_jitable(function)


def inlined(function: Function) -> Function:
    """Like :func:`rule`, but inlined into kernels, so that loops over it can use vector instructions."""
    return register_jitable(inline="always")(function)


def announce_compilation(model: str) -> None:
    """Report on standard error that a model's engine will be compiled, if it is not in the cache yet."""
    _report_folder()
    folder = cache_folder()
    if folder is None or not any(folder.glob(f"{model}_*/*simulate*.nbi")):
        sys.stderr.write("compiling the engine, once for this version of learnsim (10 to 30 seconds) ...\n")
        sys.stderr.flush()
