// All jobs that fit, row after row, however many they are.
#pragma once

#include "access/principal.hpp"
#include "control/routes.hpp"
#include "store/reader.hpp"

namespace berth {

// Answers with `{"job": ...}` lines, newest first, and `{"token": ...}` behind them: a list without
// pages, of which no more than one page stands in memory. [io]
void stream_jobs(Control& control, const Principal& who, JobFilter filter, const Respond& answer);

}  // namespace berth
