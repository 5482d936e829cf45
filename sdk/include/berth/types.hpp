// Everything that a filter or scorer looks at.
#pragma once

#include "berth/host.hpp"      // IWYU pragma: export
#include "berth/job.hpp"       // IWYU pragma: export
#include "berth/name.hpp"      // IWYU pragma: export
#include "berth/pool.hpp"      // IWYU pragma: export
#include "berth/quantity.hpp"  // IWYU pragma: export
