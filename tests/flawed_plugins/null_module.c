/* Flaw: the entry returns nothing. */
#include "flawed.h"

const berth_module* berth_module_v1(void) { return 0; }
