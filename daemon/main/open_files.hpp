// How many descriptors this process may have.
#pragma once

namespace berth {

// Raises the soft limit to the hard one: connections, plugins and supervisors each need some.
void allow_many_open_files();

}  // namespace berth
