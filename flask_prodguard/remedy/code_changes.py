"""Data: what has to be changed in the code before a server can import an app."""

MAIN_GUARD = '`if __name__ == "__main__":`'
NO_FILE = (
    "The app was made by code that is in no file, so no server can import it: save"
    f" the code as app.py, with what starts the server under {MAIN_GUARD}."
)
MOVE = (
    "No server can import {file}: move the app, but not what starts the server, to a"
    " file {new}.py next to it."
)
RENAME = "No server can import {file}: rename it to {new}.py."
SHADOWED = (
    "A server that imports `{name}` finds another module of that name, and not {file}:"
    " rename it to {new}.py."
)
UNDER_GUARD = (
    "`{name}` is created under " + MAIN_GUARD + " in {file}: move it above that line,"
    " so that a server can import it."
)
NOT_A_GLOBAL = (
    "No server can import the app, because importing {file} does not bind it to a"
    " name: create it at the top level of that file, or in a function without"
    " arguments that returns it."
)
HELD_BY_OBJECT = "Add the line `{new} = {held}` to {file}."
IN_FILE = "in {file}, add"
IN_NEW_FILE = "add a file {file} with"
NEEDS_ARGUMENTS = (
    "`{name}` was called with arguments: {add} the lines `from {module} import {name}`"
    " and `app = {name}(...)`, fill in the arguments, and use {new}:app."
)
CALLS_NO_FACTORY = (
    "{host} calls no function: add a file {file} with the lines `from {module} import"
    " {name}` and `app = {name}()`."
)
CALLED = (
    "{file} calls {call} when it is imported (line {line}): put that line under "
    + MAIN_GUARD
    + "."
)
SPREAD = (
    "{file} starts a server when it is imported ({lines}): put {those} under "
    + MAIN_GUARD
    + "."
)
