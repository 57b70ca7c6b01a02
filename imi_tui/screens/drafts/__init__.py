"""Drafts: what was typed and not saved is kept while one types, offered at the next log-in, and gone on with (B6).

`keeper` is what every form has; the rest is loaded when there is something to be offered.
"""
