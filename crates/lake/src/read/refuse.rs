//! Every refusal of a file, in one place: what is wrong, where, and the remedy.
