"""Delivery schedules: what clients announced, version by version, read from whatever planners have.

`understood` makes the schedules table of a Chronicle from raw records; `roles` says which column is what, `periods` and
`numbers` read cells, `matrix` turns tables with a column for each week into long ones, `cumulative` takes running
totals apart, `checks` tells what is wrong. The messages of electronic data interchange are read by `edifact`, `x12` and
`vda`.
"""
