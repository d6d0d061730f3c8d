"""Who can take a ticket: everybody, by a score whose every term is told, and why not for those who should not.

    values      a ticket's demands, what is known of a person, the weights
    needs       which skills a ticket takes, by its group, category, tags and words
    score       the terms as numbers, each 0 to 1, None where what it would rest on is not known
    exclude     why somebody should not be proposed
    candidate   a person for one ticket or several: score, reason in a line, every term explained
    rank        everybody, the best first

Pure and deterministic. What is not known counts as the middle, never as nothing, and is said. Instants are integer
seconds UTC; `now` is passed in.
"""
