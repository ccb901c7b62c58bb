"""Which commands a shell script runs."""

from __future__ import annotations

import pytest

from flask_prodguard.deployment.shell.script import Shell

# The script, its arguments, and the commands: a question mark where a condition that
# can't be known decides.
SCRIPTS: dict[str, tuple[str, list[str], list[str]]] = {
    "lines and separators": ("a; b && c | d &\n e", [], ["a", "b", "c", "d", "e"]),
    "what runs only after a failure": ("a || b", [], ["a", "?b"]),
    "comments and continued lines": ("# no\na \\\n  b # no\n", [], ["a b"]),
    "quotes": ("a 'b c' \"d e\" f\\ g ''", [], ["a|b c|d e|f g|"]),
    "quotes in quotes": ('a "b \\"c\\" \\\\ \\x" \'d', [], ['a|b "c" \\ \\x|d']),
    "redirections": ("a > /dev/null 2>&1 < b >> c &> d", [], ["a"]),
    "a here document": ("cat <<EOF\nb\nEOF\nc", [], ["cat", "c"]),
    "an indented here document": ("cat <<-'E'\n\tb\n\tE\nc", [], ["cat", "c"]),
    "a here document without an end": ("cat <<E\nb", [], ["cat"]),
    "a variable": ("A=1\nB=$A-${A}\nb $A $B", [], ["b 1 1-1"]),
    "a variable of a file": ("b $PORT", [], ["b 80"]),
    "a variable that nobody knows": ('b $X ${Y} "$Z"', [], ["b $X ${Y} $Z"]),
    "a default": ("b ${X:-1} ${X-2} ${PORT:-3} ${X:=4}", [], ["b 1 2 80 4"]),
    "a default in quotes": ('b "${X:-a b}" ${X:-"c"}', [], ["b|a b|c"]),
    "an alternative": ("b ${PORT:+1} ${X:+2}", [], ["b 1 ${X:+2}"]),
    "a part of a variable": (
        "b ${PORT%0} ${#PORT} ${!PORT}",
        [],
        ["b ${PORT%0} ${#PORT} ${!PORT}"],
    ),
    "a variable of several words": ("A='b c'\n$A d", [], ["b c d"]),
    "an empty variable": ("A=\nb $A c", [], ["b c"]),
    "a variable of one command": ("A=1 b", [], ["b"]),
    "something added to a variable": ("A=1\nA+=2\nb $A", [], ["b $A"]),
    "export": ("export A=1 B\nC=2\nexport C\nb $A $C", [], ["b 1 2"]),
    "export of what is worked out": ("export A=$(x)\nb $A", [], ["b $A"]),
    "unset": ("A=1\nunset A PORT\nb $A $PORT", [], ["b $A $PORT"]),
    "a substitution": ("b $(c d) `e` $((1 + 2))", [], ["b|$(c d)|`e`|$((1 + 2))"]),
    "a substitution with quotes": (
        "b $(c \"$(d ')')\" \\) e)",
        [],
        ["b|$(c \"$(d ')')\" \\) e)"],
    ),
    "the working directory": ("b $(pwd)", [], ["b /app"]),
    "the folder of the script": ('b "$(dirname "$0")"', [], ["b /app/bin"]),
    "the folder above the script": (
        'b $(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)',
        [],
        ["b /app"],
    ),
    "an array": ("A=(b c\n d)\ne", [], ["e"]),
    "the arguments": ('b "$@" $* $1 $3 $#', ["x", "y z"], ["b|x|y z|x|y z|x|2"]),
    "exec with the arguments": ('exec "$@"\nb', ["x", "y"], ["exec x y"]),
    "exec without a program": ("exec > log\nb", [], ["exec", "b"]),
    "shift": ('shift\nb "$@"\nshift 5\nc "$@"', ["x", "y"], ["b y", "c"]),
    "set": ('set -e\nset -- p q\nb "$@"', ["x"], ["b p q"]),
    "exit": ("a\nexit 1\nb", [], ["a", "exit 1"]),
    "a question before what it decides": (
        '[ -n "$X" ] && export A=1\n[ "$PORT" = 80 ] && B=1\n'
        '[ "$PORT" = 81 ] && B=2\nb $A $B',
        [],
        ["b $A 1"],
    ),
    "a program that only a question decides about": (
        '[ "$X" = 1 ] && a\n[ "$PORT" = 80 ] && b && c\n[ "$PORT" = 81 ] && d\ne',
        [],
        ["?a", "b", "c", "e"],
    ),
    "what runs if the answer is no": (
        '[ "$X" ] && a || b\ntest "$PORT" = 80 && c || d\n'
        '[ "$PORT" = 80 ] || e\n[ "$PORT" = 81 ] || f && g\n[ -f x ] || { h; }',
        [],
        ["?a", "?b", "c", "f", "g", "?h"],
    ),
    "several questions": (
        '[ "$PORT" = 80 ] && [ "$X" = 1 ] && a\n'
        '[ "$PORT" = 80 ] && [ "$PORT" = 80 ] && b && c\n'
        '[ "$PORT" = 80 ] && true && { d; } || e || f\n'
        '[ "$PORT" = 81 ] || [ "$PORT" = 82 ] || g\n'
        '[ "$PORT" = 81 ] || h || i',
        [],
        ["?a", "b", "c", "d", "g", "h", "?i"],
    ),
    "several questions after if": (
        'if [ "$PORT" = 80 ] && [ "$PORT" = 81 ]; then a; fi\n'
        'if [ "$PORT" = 80 ] && [ -n "$PORT" ]; then b; fi\n'
        'if [ "$PORT" = 81 ] || [ "$PORT" = 80 ]; then c; fi\n'
        'if [ "$PORT" = 80 ] || x; then d; fi\n'
        'if [ "$X" ] && true; then e; fi',
        [],
        ["b", "c", "d", "?e"],
    ),
    "a program that is taken to succeed": ("a && export A=1\nb $A", [], ["a", "b 1"]),
    "a program that is asked for": (
        "command -v x > /dev/null && exec a || b\nc",
        [],
        ["?exec a", "?b", "?c"],
    ),
    "a shell in a shell": (
        "(export A=1; B=2; cd /tmp; set -a; exit)\n{ C=3; }\nD=4\nb $A $B $C $(pwd)",
        [],
        ["exit", "b $A $B 3 /app"],
    ),
    "a group": ("{ a; b; }\n( c; d )", [], ["a", "b", "c", "d"]),
    "a function": ("f() {\n  b $1\n}\nf 1\nf 2", [], ["b 1", "b 2"]),
    "a function of bash": ("function f {\n  b\n}\nf", [], ["b"]),
    "a function that is not called": ("f() { b; }\nc", [], ["c"]),
    "a function that calls itself": ("f() { f; }\nf\nb", [], ["f", "b"]),
    "a local variable": ("f() { local A=1; b $A; }\nf", [], ["b 1"]),
    "a condition that can't be known": (
        "if x; then\n  a\nelif y; then b\nelse\n  c\nfi\nd",
        [],
        ["?a", "?b", "?c", "d"],
    ),
    "a condition that holds": ('if [ "$PORT" = 80 ]; then a; else b; fi', [], ["a"]),
    "a condition that does not hold": (
        'if [ "$PORT" != 80 ]; then a; elif [ -z "$PORT" ]; then b; fi',
        [],
        [],
    ),
    "conditions of bash": (
        'if [[ "$PORT" == 8* ]]; then a; fi\nif [[ -n "$PORT" ]]; then b; fi',
        [],
        ["a", "b"],
    ),
    "a condition that is turned round": (
        'if [ ! -z "$PORT" ]; then a; fi\nif [ ! -f x ]; then b; fi',
        [],
        ["a", "?b"],
    ),
    "true and false": (
        "if true; then a; fi\nif false; then b; fi\nif :; then c; fi\n"
        "if test 1 = 1; then d; fi",
        [],
        ["a", "c", "d"],
    ),
    "several conditions": ("if [ 1 = 1 ] && x; then a; fi", [], ["?a"]),
    "! before a command": ("if ! a; then b; fi\n! c", [], ["?b", "c"]),
    "a branch in a branch": ("if x; then if y; then a; fi; fi", [], ["?a"]),
    "what a branch sets": (
        "A=1\nif x; then A=2; else B=3; fi\nb $A $B",
        [],
        ["b $A $B"],
    ),
    "a branch that ends the script": (
        "if x; then exec a; fi\nb",
        [],
        ["?exec a", "?b"],
    ),
    "a branch that ends with an error": (
        "if x; then exit 1; fi\nb",
        [],
        ["?exit 1", "b"],
    ),
    "what is certain after what is not": (
        "if x; then a; elif [ 1 = 1 ]; then b; else c; fi",
        [],
        ["?a", "?b"],
    ),
    "loops": (
        "while true; do a; done\nfor x in 1 2; do b; done\nuntil c; do d; done",
        [],
        ["a", "b", "d"],
    ),
    "case": (
        'case "$1" in\n  web|all) a ;;\n  work*) b ;;\n  *) c ;;\nesac\nd',
        ["worker"],
        ["b", "d"],
    ),
    "case that can't be known": (
        "case $X in\n  (web) a ;;\n  *) b ;;\nesac",
        [],
        ["?a", "?b"],
    ),
    "case with a pattern that can't be known": (
        "case $1 in\n  $X) a ;;\n  web) b ;;\nesac",
        ["web"],
        ["?a", "?b"],
    ),
    "case with an empty branch": ("case a in\nb) ;;\na) c\nesac", [], ["c"]),
    "a script that no shell can run": ("if x\nfi fi ) ;; } done\nthen", [], []),
    "a branch of branches that ends": (
        "if x; then exit; fi\nif [ 1 = 1 ]; then exit; fi\nb",
        [],
        ["?exit", "exit"],
    ),
    "all arguments in a word": ('b "x $@" y$*', ["1", "2"], ["b|x 1 2|y1|2"]),
    "a test that goes on": ("if [[ a < b ]]; then c; fi", [], ["?c"]),
    "a here document without a name": ("cat << $X\nb", [], ["cat", "b"]),
    "a test with two conditions": ("if [[ a && (b) ]]; then c; fi", [], ["?c"]),
    "quotes that do not end": ('b "c', [], ["b c"]),
    "a substitution that does not end": ("b $(c", [], ["b $(c"]),
    "nothing": ("\n\n", [], []),
    "a function that returns": (
        "f() { a; return; b; }\nf\nc",
        [],
        ["a", "return", "c"],
    ),
    "a branch that sets a variable": (
        "A=1; B=1; if x; then A=2; b $A; else C=3; fi; c $A $B $C",
        [],
        ["?b 2", "c $A 1 $C"],
    ),
    "a branch that is the last": (
        "if [ $X = 1 ]; then A=1; elif true; then A=1; else A=2; fi; a $A",
        [],
        ["a 1"],
    ),
    "a variable of one that can't be known": (
        "A=$X; B=$A-1; A+=2; b $A $B ${B:-1}; export C=`c`; d $C",
        [],
        ["b $A $B 1", "d $C"],
    ),
}


@pytest.mark.parametrize(
    ("script", "arguments", "expected"), SCRIPTS.values(), ids=SCRIPTS
)
def test_the_commands_of_a_script(
    script: str, arguments: list[str], expected: list[str]
) -> None:
    shell = Shell({"PORT": "80"}, "/app", ("bin/run.sh", *arguments))
    found = []
    for ran in shell.run(script):
        words = [word.text for word in ran.words]
        # Words with spaces are distinguished where it matters.
        told_apart = any("|" in each for each in expected)
        text = ("|" if told_apart else " ").join(words)
        found.append(f"?{text}" if ran.condition is not None else text)
    assert found == expected


def test_a_command_knows_its_folder_and_its_variables() -> None:
    shell = Shell({"A": "1"}, "/app")
    first, second = shell.run("B=2 a\ncd shop\nexport C=3\ncd $X\npushd ..\ncd deep\nb")
    assert (first.directory, first.environ) == ("/app", {"A": "1", "B": "2"})
    assert (second.directory, second.environ) == ("/app/deep", {"A": "1", "C": "3"})


def test_a_word_knows_which_argument_it_is() -> None:
    shell = Shell({}, "/", ("run.sh", "x", "y"))
    (ran,) = shell.run('exec wrap "$2" "$@"')
    assert [word.argument for word in ran.words] == [None, None, 2, 1, 2]


def test_a_command_knows_its_file_and_line() -> None:
    text = "a\nB=1 c 'd'  # no"
    *_, ran = Shell({}, "/").run(text)
    assert text[ran.start : ran.end] == "B=1 c 'd'"
    assert [text[start:end] for start, end in ran.spans] == ["c", "'d'"]


def test_a_script_that_is_too_deep_ends() -> None:
    assert len([*Shell({}, "/").run("{ " * 2000 + "a")]) < 2
