"""Exports: any declared list as a file that opens where it is needed, row by row in constant memory."""
