"""Workbook: reads the first sheet of an Excel workbook (.xlsx) as rows of texts."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from datetime import date, datetime, time
from typing import Any

from learnsim.csvfile import Row
from learnsim.errors import SettingsError, shown

WORKBOOK = b"PK\x03\x04"
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
MOST_UNPACKED = 2**28  # bytes of all parts of a workbook
MOST_CELLS = 20_000_000
PADDED = re.compile("0{2,}")  # a number format that shows leading zeros
CURE = "save it again as .xlsx, or as CSV in UTF-8"


def workbook_rows(content: bytes, notes: list[str]) -> list[Row]:
    """Return the rows of the first sheet, each with its number; formulas are read as their last values.

    Parameters
    ----------
    content : bytes
        Of the file.
    notes : list of str
        To which is added what the reader may want to check.

    Raises
    ------
    SettingsError
        With the reason only: openpyxl is missing, it is no workbook, or it is too large.
    """
    try:
        import openpyxl  # of an extra, and heavy
    except ImportError:
        raise SettingsError('is an Excel workbook, which needs openpyxl; pip install "learnsim[excel]"') from None
    _check_size(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what in the workbook is not read, for example its styles
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
            try:
                if not book.worksheets:
                    raise SettingsError("is a workbook without a sheet of cells")
                sheet = book.worksheets[0]
                if len(book.sheetnames) > 1:
                    notes.append(f"has {len(book.sheetnames)} sheets, of which the first is read: {shown(sheet.title)}")
                sheet.reset_dimensions()  # they may say more than there is
                return _rows(sheet)
            finally:
                book.close()
    except SettingsError:
        raise
    except Exception as error:  # whatever a damaged archive or its XML leads to
        reason = " ".join(str(error).split())
        raise SettingsError(f"cannot be read as a workbook ({reason or type(error).__name__}); {CURE}") from None


def _check_size(content: bytes) -> None:
    """Check how much a workbook holds before anything of it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, OSError) as error:
        raise SettingsError(f"begins like an Excel workbook, but cannot be opened ({error}); {CURE}") from None
    if not any(part.filename.lower().startswith("xl/") for part in parts):
        raise SettingsError(f"is a ZIP archive, and not an Excel workbook; {CURE}")
    size = sum(part.file_size for part in parts)
    if size > MOST_UNPACKED:
        raise SettingsError(
            f"holds {size / 2**20:,.0f} MiB when unpacked, and {MOST_UNPACKED // 2**20} MiB is the most; "
            "save the sheet with the people as CSV in UTF-8"
        )


def _rows(sheet: Any) -> list[Row]:
    rows: list[Row] = []
    cells = 0
    for number, row in enumerate(sheet.iter_rows(), 1):
        texts = [_text(cell, number) for cell in row]
        while texts and not texts[-1]:
            texts.pop()
        cells += len(row)
        if cells > MOST_CELLS:
            raise SettingsError(f"has more than {MOST_CELLS:,} cells on its first sheet; save the people as CSV in UTF-8")
        if texts:
            rows.append((number, texts))
    return rows


def _text(cell: Any, number: int) -> str:
    """Return what a cell shows, as far as it matters: whole numbers without a point, dates as year, month and day."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    if isinstance(value, int):
        zeros = PADDED.fullmatch(str(cell.number_format))
        return str(value).zfill(len(zeros[0])) if zeros else str(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, (date, time)) else str(value)
