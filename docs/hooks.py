"""The site's pages and files that lie outside ``docs``, and links that work on a code host and on the site.
MkDocs calls these functions (``hooks`` in ``mkdocs.yml``).
"""

import os
import re
from pathlib import Path

from mkdocs.structure.files import File

HOME = Path(__file__).parents[1]
PAGES = {"README.md": "index.md", "CONTRIBUTING.md": "CONTRIBUTING.md", "CHANGELOG.md": "CHANGELOG.md"}
LINK = re.compile(r"(\]\()(?!https?:|mailto:|#)([^)\s#]+)")
ROLE = re.compile(r":(?:func|class|meth|attr|mod|data):<code>")  # reStructuredText, in docstrings


def on_files(files, config):
    """Add the pages of the top level, and every file that a page links to and that is no page."""
    texts = [(path, path.read_text(encoding="utf-8")) for path in Path(config.docs_dir).glob("*.md")]
    for name, address in PAGES.items():
        files.append(File.generated(config, address, abs_src_path=str(HOME / name)))
        texts.append((HOME / name, (HOME / name).read_text(encoding="utf-8")))
    for path, text in texts:
        for _, link in LINK.findall(text):
            address = _address(path, link)
            if (HOME / address).is_file() and not files.get_file_from_path(address):
                files.append(File.generated(config, address, abs_src_path=str(HOME / address)))
    return files


def on_page_markdown(markdown, page, config, files):
    """Turn links between files of the repository into links between pages of the site."""
    path = Path(page.file.abs_src_path)
    return LINK.sub(lambda found: found[1] + _address(path, found[2]), markdown)


def on_page_content(html, page, config, files):
    """Show the names in docstrings without their role."""
    return ROLE.sub("<code>", html)


def _address(path, link):
    """Where a file is on the site that ``path`` links to; every page is at its top."""
    target = Path(os.path.normpath(path.parent / link))
    for root in (HOME / "docs", HOME):
        if target.is_relative_to(root):
            name = target.relative_to(root).as_posix()
            return PAGES.get(name, name) if root == HOME else name
    return link
