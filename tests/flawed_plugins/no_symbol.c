/* Flaw: a library that exports nothing. */
int berth_flawed_nothing_to_see;
