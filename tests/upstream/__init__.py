"""The test suites of Flask and of Werkzeug, with every app guarded."""
