"""The `flask` commands, a file for each subject. They parse, call, commit and print one line."""
