"""Finds the project's file for a path that a program uses."""

from __future__ import annotations

import fnmatch
import posixpath
import typing as t

from .project import within

if t.TYPE_CHECKING:
    from .project import Project
    from .start_command import Copy
    from .start_command import Document
    from .start_command import FileSystem

Is: t.TypeAlias = t.Callable[[str], bool]


def find_file(
    project: Project, files: FileSystem, path: str, directory: str = "/"
) -> str | None:
    """The project's file at a path, if it has one.

    :param files: what the program finds where.
    :param directory: the folder that it is relative to.
    """
    return _find(project, files, posixpath.join(directory, path), project.is_file)


def find_folder(
    project: Project, files: FileSystem, path: str, directory: str = "/"
) -> str | None:
    """The project's folder at a path, if it has one.

    :param files: what the program finds where.
    :param directory: the folder that it is relative to.
    """
    path = posixpath.normpath(posixpath.join(directory, path))
    if all(copy.destination != path for copy in files.copies):
        for copy in files.copies:
            for source in copy.sources if copy.origin is None else ():
                if _is_put_into(project, source, copy.destination, path):
                    return posixpath.dirname(source)
    return _find(project, files, path, project.is_folder)


def find_document(files: FileSystem, path: str, directory: str) -> Document | None:
    """What was written to a path where the image was built, if that is known.

    :param files: what the program finds where.
    :param directory: the folder that it is relative to.
    """
    path = posixpath.normpath(posixpath.join(directory, path))
    for copy in reversed(files.copies):
        if copy.document is not None and copy.destination == path:
            return copy.document
        below = _relative(path, posixpath.normpath(copy.destination))
        for source in copy.sources if copy.origin and below else ():
            inner = copy.origin and find_document(copy.origin, str(below), source)
            if inner:
                return inner
    return None


def _is_put_into(project: Project, source: str, destination: str, folder: str) -> bool:
    # Files that are copied one by one keep their place in the folder.
    if project.is_file(source):
        return posixpath.normpath(destination) == folder
    inner = posixpath.join(folder, _name(source))
    return project.is_folder(source) and posixpath.normpath(destination) == inner


def _find(project: Project, files: FileSystem, path: str, there: Is) -> str | None:
    path = posixpath.normpath(path)
    for copy in reversed(files.copies):
        for candidate in _copied(project, copy, path, there):
            if there(candidate):
                return candidate
    # Files that are mounted or deployed elsewhere keep at least their own names.
    parts = path.strip("/").split("/")
    for at in range(len(parts)):
        candidate = within(files.base, "/".join(parts[at:]) or ".")
        if there(candidate):
            return candidate
    return None


def _copied(project: Project, copy: Copy, path: str, there: Is) -> t.Iterator[str]:
    destination = posixpath.normpath(copy.destination)
    below = _relative(path, destination)
    for source in _matching(project, copy):
        if copy.origin is not None:
            inner = posixpath.join(source, below) if below is not None else None
            found = inner and _find(project, copy.origin, inner, there)
            if found:
                yield found
        elif project.is_folder(source):
            if below is not None:
                yield within(source, below)
        elif path in (destination, posixpath.join(destination, _name(source))):
            yield source


def _relative(path: str, folder: str) -> str | None:
    if path == folder:
        return "."
    start = folder.rstrip("/") + "/"
    return path[len(start) :] if path.startswith(start) else None


def _matching(project: Project, copy: Copy) -> t.Iterator[str]:
    for source in copy.sources:
        if "*" not in source and "?" not in source:
            yield source
            continue
        folder, pattern = posixpath.dirname(source), _name(source)
        for name in project.names_in(folder):
            if fnmatch.fnmatchcase(name, pattern):
                yield within(folder, name)


def _name(path: str) -> str:
    return posixpath.basename(path)
