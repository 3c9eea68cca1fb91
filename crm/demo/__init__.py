"""A believable small company to look at and to try things out on; never in production.

Everybody in it and every firm it deals with is made up. It arrives the way loaded history
does: in bulk, with its events already delivered, so nothing is mailed and no workflow runs.
"""
