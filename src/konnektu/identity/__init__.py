"""Who is who: identifiers and their atoms, profiles as trees of atoms, decisions, merge, cut."""
