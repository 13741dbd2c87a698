"""Sphinx: MyST pages; the API pages come from the docstrings."""

from importlib.metadata import version as _version

project = "irrupt"
author = copyright = "The irrupt developers"
release = version = _version("irrupt")
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = "irrupt"
exclude_patterns = ["_build"]
autodoc_member_order = "bysource"
autodoc_typehints = "description"
# Docstrings are prose for people first; names that Sphinx cannot resolve are no fault of theirs.
nitpicky = False
