"""What the paper is: its imprint, its sections, its pages and notices."""
