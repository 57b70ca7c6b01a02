"""The two house themes: calm and dense, the Union's blue as the one accent, gold for what is marked."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="imi-dark",
    primary="#7aa7f0",
    secondary="#5f86c9",
    accent="#ffcc33",
    warning="#f0b429",
    error="#ff7b7b",
    success="#6fcf97",
    foreground="#e4e7ec",
    background="#12161d",
    surface="#12161d",
    panel="#1d2530",
    dark=True,
    text_alpha=1.0,
    variables={
        "muted": "#9aa6b6",
        "rule": "#3a4657",
        "cursor-background": "#24467f",
        "cursor-foreground": "#ffffff",
        "cursor-blurred": "#26303d",
        "bar-background": "#0a2a6b",
        "bar-foreground": "#ffffff",
        "bar-muted": "#c3d0ea",
        "input-cursor-background": "#e4e7ec",
        "input-cursor-foreground": "#12161d",
    },
)

LIGHT = Theme(
    name="imi-light",
    primary="#003399",
    secondary="#33589f",
    accent="#7a5800",
    warning="#8a5a00",
    error="#b3261e",
    success="#1b6e3c",
    foreground="#1a1f27",
    background="#fbfbf9",
    surface="#fbfbf9",
    panel="#ecedf0",
    dark=False,
    text_alpha=1.0,
    variables={
        "muted": "#59626f",
        "rule": "#b9c0ca",
        "cursor-background": "#cfdcf5",
        "cursor-foreground": "#0b1a3a",
        "cursor-blurred": "#e6e9ee",
        "bar-background": "#003399",
        "bar-foreground": "#ffffff",
        "bar-muted": "#d5def2",
        "input-cursor-background": "#1a1f27",
        "input-cursor-foreground": "#fbfbf9",
    },
)

THEMES = (DARK, LIGHT)
