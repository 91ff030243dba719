"""From the lines on a page to what they mean: reading order, headings, abstract, references, figures, passages.

Pure functions over plain values; the PDF library stays in worker.py, which runs in a child process.
"""
