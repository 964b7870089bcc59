//! What a person typed into the search box.
