"""Archives: one compressed tar file that says what is in it, and in which a changed byte is noticed."""
