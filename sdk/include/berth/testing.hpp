// Everything to test a plugin without a daemon: a fake host, builders, and the plugin's own C
// table.
//
//   #include <berth/testing.hpp>
//   using namespace berth::testing;
//
//   TEST(TeamSku, RefusesOtherSkus) {
//     Plugin filter(berth_module_v1(), "acme.team-sku", {{"sku", "H100"}});
//     EXPECT_EQ(filter.check(a_job().with_group("main", 1, {.gpu = 1}),
//                            a_pool("old").with_nodes("A100", 2, {.cpu = 64, .gpu = 8})),
//               "never WrongSku: pool has a different GPU SKU");
//   }
//
// Compile the plugin's own source into the test program; nothing here needs a test framework.
#pragma once

#include "berth/testing/a_job.hpp"          // IWYU pragma: export
#include "berth/testing/a_pool.hpp"         // IWYU pragma: export
#include "berth/testing/amounts.hpp"        // IWYU pragma: export
#include "berth/testing/fake_host.hpp"      // IWYU pragma: export
#include "berth/testing/option_values.hpp"  // IWYU pragma: export
#include "berth/testing/plugin.hpp"         // IWYU pragma: export
