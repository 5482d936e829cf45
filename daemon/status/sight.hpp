// How much of a job somebody may see.
#pragma once

namespace berth {

enum class Sight {
  // What everybody sees: whose it is, what it needs, where it is, how far, and why in one word;
  // besides Berth's own words on where it waits, and what people said who held or ended it.
  kRow,
  // Also what came out of its own output, environment and request: messages, failed members,
  // endpoints, labels. For its submitter, root and admins.
  kInside,
};

}  // namespace berth
