"""Whether all is well: facts are gathered in one place, judged in another, and told in many."""
