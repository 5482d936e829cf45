// All processes that descend from the supervisor. It is a subreaper, so an orphan with a session of
// its own is still one of them; the only way out is through another process that is told to start
// something, which is nobody's child of ours.
#ifndef BERTH_SUPERVISE_TREE_H_
#define BERTH_SUPERVISE_TREE_H_

// Sends a signal to each. One that forks meanwhile is met by the next walk.
void signal_descendants(int signal);

#endif  // BERTH_SUPERVISE_TREE_H_
