"""Compiled code: how a plain function becomes a fast one, and where the machine code is kept.

A cached kernel would keep running an old rule after the rule's file was edited, since numba looks only at the
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
from numba.extending import register_jitable

from learnsim.cachefolder import Place, find_place
from learnsim.machine import shortage

Function = TypeVar("Function", bound=Callable[..., Any])


@cache
def source_hash() -> str:
    """Return 16 hexadecimal digits that change whenever any source file of the package changes."""
    digest = hashlib.sha256()
    root = Path(__file__).parent
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@cache
def _place() -> Place:
    return find_place(f"kernels-{source_hash()}")


def cache_folder() -> Path | None:
    """Return the folder of the compiled kernels, made if need be (below ``LEARNSIM_CACHE``), or None where there is none."""
    return _place().folder


def kernel(function: Function) -> Function:
    """Compile a static, module-level function when first called.

    The machine code is kept in :func:`cache_folder`. Floating point stays strict (no fastmath, no fused
    multiply-add), so that compiled and plain Python agree in every bit.
    """
    return _compiled(function, unlocked=False)


def long_kernel(function: Function) -> Function:
    """Like :func:`kernel`, but it runs without the interpreter lock.

    Only for work of a tenth of a millisecond and more: taking the lock again can cost as much.
    """
    return _compiled(function, unlocked=True)


def _compiled(function: Function, *, unlocked: bool) -> Function:
    folder = cache_folder()
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(folder or "")
    try:
        compiled = numba.njit(function, cache=folder is not None, nogil=unlocked, error_model="numpy")
    except RuntimeError as error:  # numba finds no place for its cache
        _say_once(error)
        compiled = numba.njit(function, nogil=unlocked, error_model="numpy")
    finally:
        numba.config.CACHE_DIR = before
    if not numba.config.DISABLE_JIT:
        _forgive(compiled._cache)
    return compiled


def _forgive(kept: Any) -> None:
    """Let a cache that is full, damaged or nowhere cost time, and no run: what cannot be read is compiled anew.

    A lack of memory is not forgiven: the compiler would need more of it, and does not come back if there is none.
    """
    load, save = kept.load_overload, kept.save_overload

    def load_overload(*signature: Any) -> Any:
        _say_where()
        try:
            return load(*signature)
        except Exception as error:
            if shortage(error):
                raise
            _say_once(error)
            with contextlib.suppress(OSError):
                kept.flush()
            return None

    def save_overload(*compiled: Any) -> None:
        try:
            save(*compiled)
        except Exception as error:
            if shortage(error):
                raise
            _say_once(error)

    kept.load_overload, kept.save_overload = load_overload, save_overload


@cache
def _say_where() -> None:
    """Say that kernels are not kept where they were meant to be, once: in the first process, as soon as any is needed."""
    note = _place().note
    if note and multiprocessing.parent_process() is None:
        sys.stderr.write(f"note: {note}\n")


_said: list[str] = []


def _say_once(error: Exception) -> None:
    if not _said:
        told = getattr(error, "strerror", None) or str(error) or type(error).__name__
        _said.append(told)
        sys.stderr.write(f"note: compiled kernels in {cache_folder()} could not be read or kept ({told}); compiling anew\n")


def phase(function: Function) -> Function:
    """Compile a function as a part of the kernel that calls it: at a call every array would cost seven arguments."""
    return numba.njit(function, inline="always", error_model="numpy")


def rule(function: Function) -> Function:
    """Mark a plain function as one that kernels may call too; it stays plain Python for everybody else."""
    return register_jitable(function)


def inlined(function: Function) -> Function:
    """Like :func:`rule`, but kernels take its body in, so that loops over it can use vector instructions."""
    return register_jitable(inline="always")(function)


def announce_compilation(model: str) -> None:
    """Say on standard error that a model's engine is about to be compiled, if it is not in the cache yet."""
    _say_where()
    folder = cache_folder()
    if folder is None or not any(folder.glob(f"{model}_*/*simulate*.nbi")):
        sys.stderr.write("compiling the engine, once for this version of learnsim (10 to 25 seconds) ...\n")
        sys.stderr.flush()
