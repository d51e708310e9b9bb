"""Mail: letters wait in a table until they are sent. `outbox.put` is how everybody else sends one."""
