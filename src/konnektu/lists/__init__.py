"""What people ask of a whole list: the list as a file, a tag for everybody in it. Done as a job of whoever asked."""
