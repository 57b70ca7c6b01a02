"""What people, pastes and attackers put into a field."""

HOSTILE = {
    "blanks": "   ",
    "long": "x" * 10_000,
    "control": "a\x1b[31mb\x07c\x00d",
    "c1": "a\x9b31mb",
    "markup": "[/x][bold]a[/bold][@click=app.quit]b[/]",
    "bidi": "a\u202eb\u2066c",
    "emoji": "👩‍👩‍👧 a",
    "marks": "a" + "\u0301" * 2000,
    "lines": "a\r\nb\nBcc: x@y.example",
    "quotes": "a'\"`;--{0}%s{x}",
    "surrogate": "a\ufffe\uffffb",
}
